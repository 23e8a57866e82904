package io.tola.systemtests.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The reactor's poms keep to every rule, and every rule refuses its example. */
class PomTest {

  private static final Path EXAMPLES =
      Reactor.ours()
          .module("system-tests")
          .orElseThrow()
          .directory()
          .resolve("src/test/examples/poms");

  @ParameterizedTest
  @EnumSource(PomRules.class)
  void thePlatformKeepsToTheRule(PomRules rule) {
    assertThat(rule.violations(Reactor.ours())).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(PomRules.class)
  void theRuleRefusesItsBrokenExample(PomRules rule) {
    assertThat(rule.violations(Reactor.at(EXAMPLES.resolve(rule.brokenExample())))).isNotEmpty();
  }

  @ParameterizedTest
  @EnumSource(PomRules.class)
  void theRuleLetsTheSoundExamplePass(PomRules rule) {
    assertThat(rule.violations(Reactor.at(EXAMPLES.resolve("sound")))).isEmpty();
  }
}
