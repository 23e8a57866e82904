package io.tola.systemtests.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The modules' sources keep to every rule, and every rule refuses its example. */
class SourceTest {

  private static final Path EXAMPLES =
      Reactor.ours()
          .module("system-tests")
          .orElseThrow()
          .directory()
          .resolve("src/test/examples/sources");

  @ParameterizedTest
  @EnumSource(SourceRules.class)
  void thePlatformKeepsToTheRule(SourceRules rule) {
    assertThat(rule.violations(Reactor.ours().modules())).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(SourceRules.class)
  void theRuleRefusesItsBrokenExample(SourceRules rule) {
    Reactor example = Reactor.at(EXAMPLES.resolve(rule.brokenExample()));
    assertThat(rule.violations(example.modules())).isNotEmpty();
  }

  @ParameterizedTest
  @EnumSource(SourceRules.class)
  void theRuleLetsTheSoundExamplePass(SourceRules rule) {
    assertThat(rule.violations(Reactor.at(EXAMPLES.resolve("sound")).modules())).isEmpty();
  }
}
