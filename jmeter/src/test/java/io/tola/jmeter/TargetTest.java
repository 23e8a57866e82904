package io.tola.jmeter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TargetTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://127.0.0.1:9080",
        "http://127.8.8.8",
        "http://[::1]:9080/",
        "http://localhost:9080"
      })
  void thisMachineMayBeLoaded(String target) {
    assertThat(Target.of(target, Set.of())).isNotNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://192.0.2.1:9080",
        "http://0.0.0.0:9080",
        "http://10.0.0.1",
        "https://[2001:db8::1]",
        "http://127.0.0.1@192.0.2.1:9080",
      })
  void anotherMachineIsRefused(String target) {
    assertThatThrownBy(() -> Target.of(target, Set.of("192.0.2.7")))
        .isInstanceOf(Refused.class)
        .hasMessageContaining("remote.ok");
  }

  @Test
  void anotherMachineMayBeLoadedWhenItIsNamed() {
    Target target = Target.of("https://192.0.2.1", Set.of("192.0.2.1"));
    assertThat(target.host()).isEqualTo("192.0.2.1");
    assertThat(target.port()).isEqualTo(443);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1:9080",
        "ftp://127.0.0.1",
        "http://127.0.0.1:9080/api/v1",
        "http://",
        "http://a b"
      })
  void whatIsNoTargetIsRefused(String target) {
    assertThatThrownBy(() -> Target.of(target, Set.of())).isInstanceOf(Refused.class);
  }

  @Test
  void anAddressInBracketsIsGivenWithoutThem() {
    assertThat(Target.of("http://[::1]:9080", Set.of()).host()).isEqualTo("::1");
  }
}
