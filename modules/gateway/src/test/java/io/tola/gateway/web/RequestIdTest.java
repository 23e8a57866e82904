package io.tola.gateway.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestIdTest {

  @Test
  void aHarmlessIdIsTakenOver() {
    for (String id :
        new String[] {"ask-42", "01900000-0000-7000-8000-000000000001", "a.B_c", "x".repeat(64)}) {
      assertThat(RequestId.of(id)).isEqualTo(id);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "a b", "a\nb", "{\"forged\":1}", "\u00e9", "%0a", "<script>"})
  void anIdThatCouldForgeALogLineIsReplaced(String id) {
    assertThat(RequestId.of(id)).isNotEqualTo(id).matches("[0-9a-f]{32}");
  }

  @Test
  void aMissingOrEndlessIdIsReplacedByAnOwnOne() {
    assertThat(RequestId.of((String) null)).matches("[0-9a-f]{32}");
    assertThat(RequestId.of("x".repeat(65))).hasSize(32);
    Set<String> ids = new HashSet<>();
    for (int i = 0; i < 10_000; i++) {
      ids.add(RequestId.of((String) null));
    }
    assertThat(ids).hasSize(10_000);
  }

  @Test
  void aForwardedAddressIsBelievedOnlyFromATrustedProxy() {
    ClientAddress addresses = new ClientAddress(Optional.of(List.of("10.0.0.1", "10.0.0.2")));
    assertThat(addresses.behindProxies("10.0.0.1", null)).isEqualTo("10.0.0.1");
    assertThat(addresses.behindProxies("10.0.0.1", "203.0.113.7")).isEqualTo("203.0.113.7");
    assertThat(addresses.behindProxies("10.0.0.1", "1.2.3.4, 203.0.113.7, 10.0.0.2"))
        .isEqualTo("203.0.113.7");
    assertThat(addresses.behindProxies("10.0.0.1", " , ,")).isEqualTo("10.0.0.1");
  }
}
