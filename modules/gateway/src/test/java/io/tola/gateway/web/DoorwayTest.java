package io.tola.gateway.web;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.http.HttpServletRequest;
import java.lang.reflect.Proxy;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class DoorwayTest {

  @Test
  void aWeightThatIsNoNumberIsFoundInAnAcceptHeader() {
    assertThat(Doorway.areWeighed(null)).isTrue();
    for (String good :
        List.of(
            "",
            "*/*",
            "application/json",
            "text/html, application/json;q=0.9, */*; q=0.8",
            "application/json;charset=utf-8;q=1.000",
            "application/json;Q=1",
            "a/b;quality=x")) {
      assertThat(Doorway.areWeighed(good)).as(good).isTrue();
    }
    for (String bad :
        List.of("*/*;q=x", "*/*;q=", "*/*; q=NaN", "a/b,*/*;Q=1e9", "*/*;q = x", "*/*;q=0x1p3")) {
      assertThat(Doorway.areWeighed(bad)).as(bad).isFalse();
    }
  }

  @Test
  void everyLineOfTheAcceptHeaderIsLookedAt() {
    assertThat(Doorway.everyLineIsWeighed(accepting())).isTrue();
    assertThat(Doorway.everyLineIsWeighed(accepting("*/*", "a/b;q=0.5"))).isTrue();
    assertThat(Doorway.everyLineIsWeighed(accepting("*/*", "a/b;q=x"))).isFalse();
  }

  private static HttpServletRequest accepting(String... lines) {
    return (HttpServletRequest)
        Proxy.newProxyInstance(
            DoorwayTest.class.getClassLoader(),
            new Class<?>[] {HttpServletRequest.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "getHeaders" -> Collections.enumeration(List.of(lines));
                  case "getHeader" -> lines.length == 0 ? null : lines[0];
                  default -> throw new UnsupportedOperationException(method.getName());
                });
  }
}
