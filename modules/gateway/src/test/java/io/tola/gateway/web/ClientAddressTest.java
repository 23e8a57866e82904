package io.tola.gateway.web;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.http.HttpServletRequest;
import java.lang.reflect.Proxy;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ClientAddressTest {

  private static final String PROXY = "10.0.0.1";
  private static final String CLIENT = "198.51.100.7";
  private static final String FORGED = "203.0.113.9";

  private static HttpServletRequest request(String peer, String... forwardedFor) {
    return (HttpServletRequest)
        Proxy.newProxyInstance(
            ClientAddressTest.class.getClassLoader(),
            new Class<?>[] {HttpServletRequest.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "getRemoteAddr" -> peer;
                  case "getHeaders" ->
                      Collections.enumeration(
                          "X-Forwarded-For".equals(arguments[0])
                              ? List.of(forwardedFor)
                              : List.of(FORGED));
                  default -> throw new UnsupportedOperationException(method.getName());
                });
  }

  @Test
  void onlyAProxysWordIsTakenAndOnlyItsOwnHop() {
    ClientAddress behind = new ClientAddress(Optional.of(List.of(PROXY, "10.0.0.2")));
    assertThat(behind.of(request(CLIENT, FORGED))).isEqualTo(CLIENT);
    assertThat(behind.of(request(PROXY, FORGED + ", " + CLIENT))).isEqualTo(CLIENT);
    assertThat(behind.of(request(PROXY, FORGED, CLIENT))).isEqualTo(CLIENT);
    assertThat(behind.of(request(PROXY, FORGED + "," + CLIENT + ",10.0.0.2"))).isEqualTo(CLIENT);
    assertThat(behind.of(request(PROXY))).isEqualTo(PROXY);
    assertThat(new ClientAddress(Optional.empty()).of(request(PROXY, FORGED))).isEqualTo(PROXY);
  }
}
