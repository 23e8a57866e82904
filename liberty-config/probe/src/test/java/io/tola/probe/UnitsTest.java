package io.tola.probe;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UnitsTest {

  @ParameterizedTest
  @CsvSource({
    "/api/v1/orders/history, /api/v1/orders/history",
    "/api/v1/risk/kill-switch, /api/v1/risk/kill-switch",
    "/api/v1/orders/0190b3a2-5a77-7c3e-8e39-0f2b5b8f0a11/events, /api/v1/orders/{id}/events",
    "/api/v1/market/quote/M&M, /api/v1/market/quote/{id}",
    "/api/v1/market/quote/nifty50, /api/v1/market/quote/{id}",
    "/api/v1/users/trader17/logout, /api/v1/users/{id}/logout",
    "/api/v1/trading-modes/acc-12, /api/v1/trading-modes/{id}",
    "/api/v1/users/a%20b, /api/v1/users/{id}",
    "/api/v1/market/quote/Reliance, /api/v1/market/quote/{id}",
  })
  void idsMakeNoOtherRequest(String path, String name) {
    Units.begin("GET", path);
    try {
      assertThat(Units.name()).isEqualTo("GET " + name);
    } finally {
      Units.end();
    }
  }
}
