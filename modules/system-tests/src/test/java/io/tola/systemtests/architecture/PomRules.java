package io.tola.systemtests.architecture;

import io.tola.systemtests.architecture.Reactor.Dependency;
import io.tola.systemtests.architecture.Reactor.Module;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Every rule about poms, each with the folder of the broken example it must refuse. */
enum PomRules {
  POMS_FOLLOW_THE_ARROWS("arrowback", PomRules::arrows),
  EVERY_MODULE_FOLDER_IS_IN_THE_REACTOR("forgotten", PomRules::forgotten),
  VERSIONS_STAND_IN_THE_ROOT_POM_ONLY("ownversion", PomRules::ownVersions),
  ARTIFACTS_ARE_NAMED_AFTER_THEIR_FOLDER("misnamed", PomRules::misnamed),
  THE_EAR_HOLDS_NO_JAVA("earwithjava", PomRules::earWithJava),
  THE_EAR_PACKS_EVERY_BUSINESS_MODULE("leftout", PomRules::leftOut);

  private final String brokenExample;
  private final Function<Reactor, List<String>> violations;

  PomRules(String brokenExample, Function<Reactor, List<String>> violations) {
    this.brokenExample = brokenExample;
    this.violations = violations;
  }

  String brokenExample() {
    return brokenExample;
  }

  List<String> violations(Reactor reactor) {
    return violations.apply(reactor);
  }

  /** Modules with Java of their own; what only packs or configures may need anything. */
  private static List<String> arrows(Reactor reactor) {
    List<String> found = new ArrayList<>();
    for (Module from : reactor.modules()) {
      if (!Set.of("ejb", "jar", "war").contains(from.packaging())) {
        continue;
      }
      for (String to : from.mainModuleDependencies()) {
        boolean used = reactor.module(to).isPresent();
        if (used && !Arrows.allowed(from.name(), to)) {
          found.add(from.name() + " depends on " + to + " against the arrows");
        }
      }
    }
    return found;
  }

  private static List<String> forgotten(Reactor reactor) {
    Set<Path> named =
        reactor.modules().stream().map(m -> m.directory().normalize()).collect(Collectors.toSet());
    return reactor.foldersWithPom().stream()
        .filter(folder -> !named.contains(folder.normalize()))
        .map(folder -> folder.getFileName() + " has a pom that the root pom doesn't name")
        .toList();
  }

  private static List<String> ownVersions(Reactor reactor) {
    List<String> found = new ArrayList<>();
    for (Module module : reactor.modules()) {
      for (Dependency d : module.dependencies()) {
        if (!d.version().isEmpty() && !d.version().startsWith("${")) {
          found.add(module.name() + " sets the version of " + d.artifactId() + " itself");
        }
      }
    }
    return found;
  }

  private static List<String> misnamed(Reactor reactor) {
    return reactor.modules().stream()
        .filter(m -> !m.artifactId().equals("tola-" + m.name()))
        .map(m -> m.artifactId() + " lies in the folder " + m.name())
        .toList();
  }

  private static List<String> earWithJava(Reactor reactor) {
    return reactor.modules().stream()
        .filter(m -> m.packaging().equals("ear"))
        .filter(m -> Files.exists(m.directory().resolve("src/main/java")))
        .map(m -> m.name() + " holds Java; it only packs")
        .toList();
  }

  private static List<String> leftOut(Reactor reactor) {
    Set<String> packed = reactor.inTheServer();
    return reactor.modules().stream()
        .filter(m -> m.isBusiness() || m.packaging().equals("war"))
        .filter(m -> !packed.contains(m.name()))
        .map(m -> m.name() + " is not in the EAR")
        .toList();
  }
}
