package io.tola.drills;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import org.junit.jupiter.api.Test;

class DelayProxyTest {

  @Test
  void everythingComesThroughAndTakesLongerBothWays() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        DelayProxy proxy = DelayProxy.to(server.getLocalPort())) {
      Thread echo = new Thread(() -> echo(server));
      echo.start();
      try (Socket client = new Socket(InetAddress.getLoopbackAddress(), proxy.port())) {
        proxy.delay(60);
        byte[] sent = new byte[100_000];
        new java.util.Random(1).nextBytes(sent);
        long begin = System.nanoTime();
        OutputStream out = client.getOutputStream();
        out.write(sent);
        out.flush();
        byte[] back = new byte[sent.length];
        new DataInputStream(client.getInputStream()).readFully(back);

        assertThat(back).isEqualTo(sent);
        // A lower bound only: a busy machine may take as long as it likes.
        assertThat((System.nanoTime() - begin) / 1_000_000).isGreaterThanOrEqualTo(120);
      }
      echo.join(5_000);
      assertThat(echo.isAlive()).as("the end of the connection comes through").isFalse();
    }
  }

  private static void echo(ServerSocket server) {
    try (Socket socket = server.accept()) {
      socket.getInputStream().transferTo(socket.getOutputStream());
    } catch (IOException e) {
      // The test is over.
    }
  }
}
