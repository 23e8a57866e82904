package io.tola.standalone;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import org.junit.jupiter.api.Test;

class PortsTest {

  @Test
  void rowsThatTouchButDontOverlapAreFine() {
    assertThatCode(
            () ->
                Ports.requireApart(
                    List.of(
                        new Ports.Row("tola.http.port", 9080, 3),
                        new Ports.Row("tola.cluster.port", 9083, 3),
                        new Ports.Row("tola.db.port", 9079, 1),
                        new Ports.Row("tola.jms.port", 65535, 1))))
        .doesNotThrowAnyException();
  }

  @Test
  void aPortThatTwoRowsHaveIsRefusedWithBothTheirNames() {
    assertThatThrownBy(
            () ->
                Ports.requireApart(
                    List.of(
                        new Ports.Row("tola.http.port", 9080, 3),
                        new Ports.Row("tola.cluster.port", 9082, 3))))
        .isInstanceOf(StartRefused.class)
        .hasMessageContaining("9082")
        .hasMessageContaining("TOLA_HTTP_PORT=9080")
        .hasMessageContaining("TOLA_CLUSTER_PORT=9082");
  }

  @Test
  void aRowBeyondTheLastPortIsRefusedByName() {
    assertThatThrownBy(
            () -> Ports.requireApart(List.of(new Ports.Row("tola.cluster.port", 65534, 3))))
        .isInstanceOf(StartRefused.class)
        .hasMessageContaining("TOLA_CLUSTER_PORT=65534")
        .hasMessageContaining("65536");
  }

  @Test
  void aTakenPortIsRefusedWithTheSettingThatNamesIt() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThatThrownBy(
              () -> Ports.requireFree(taken.getLocalPort(), "the cache tier", "tola.cluster.port"))
          .isInstanceOf(StartRefused.class)
          .hasMessageContaining(Integer.toString(taken.getLocalPort()))
          .hasMessageContaining("TOLA_CLUSTER_PORT");
    }
  }
}
