package io.tola.systemtests.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.EvaluationResult;
import io.tola.systemtests.architecture.Reactor.Module;
import io.tola.systemtests.architecture.Walls.Subject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The compiled classes of every module keep to every rule, and every rule refuses its example. */
class ArchitectureTest {

  private static final String BROKEN = "io.tola.systemtests.architecture.broken.";
  private static final Reactor REACTOR = Reactor.ours();
  private static final JavaClasses PLATFORM = platform();
  private static final Subject PLATFORM_SUBJECT =
      new Subject(
          new Layout("io.tola"),
          REACTOR.modules().stream()
              .filter(Module::isBusiness)
              .map(Module::name)
              .collect(Collectors.toSet()),
          REACTOR.inTheServer());

  private static JavaClasses platform() {
    List<Path> folders =
        REACTOR.withMainSources().stream()
            .map(Module::mainClasses)
            .filter(Files::isDirectory)
            .toList();
    return new ClassFileImporter().importPaths(folders);
  }

  @ParameterizedTest
  @EnumSource(Walls.class)
  void thePlatformKeepsToTheRule(Walls rule) {
    rule.over(PLATFORM_SUBJECT).check(PLATFORM);
  }

  @ParameterizedTest
  @EnumSource(Walls.class)
  void theRuleRefusesItsBrokenExample(Walls rule) {
    assertThat(violations(rule, rule.brokenExample())).isNotEmpty();
  }

  @ParameterizedTest
  @EnumSource(Walls.class)
  void theRuleLetsTheSoundExamplePass(Walls rule) {
    assertThat(violations(rule, "sound")).isEmpty();
  }

  @Test
  void everyModuleWithSourcesWasCompiledBeforeItIsChecked() {
    assertThat(REACTOR.withMainSources())
        .isNotEmpty()
        .allSatisfy(
            module ->
                assertThat(module.mainClasses())
                    .as("classes of %s; is it built before system-tests?", module.name())
                    .isDirectory());
  }

  @Test
  void everyModuleWithSourcesIsAmongTheClassesChecked() {
    Layout layout = PLATFORM_SUBJECT.layout();
    Set<String> seen = new TreeSet<>();
    PLATFORM.forEach(c -> layout.module(c).ifPresent(seen::add));
    assertThat(seen)
        .containsExactlyInAnyOrderElementsOf(
            REACTOR.withMainSources().stream().map(Module::name).toList());
  }

  @Test
  void theServerHoldsEveryBusinessModule() {
    assertThat(REACTOR.inTheServer()).containsAll(PLATFORM_SUBJECT.businessModules());
  }

  private static List<String> violations(Walls rule, String example) {
    JavaClasses classes = new ClassFileImporter().importPackages(BROKEN + example);
    assertThat(classes).as("classes of the example " + example).isNotEmpty();
    // Every module of the example counts as a business module in the server, except the kernel.
    Layout layout = new Layout(BROKEN + example);
    Set<String> modules =
        classes.stream()
            .flatMap(c -> layout.module(c).stream())
            .filter(name -> !name.equals("kernel"))
            .collect(Collectors.toSet());
    EvaluationResult result = rule.over(new Subject(layout, modules, modules)).evaluate(classes);
    return result.getFailureReport().getDetails();
  }
}
