package io.tola.systemtests.architecture;

import static java.util.stream.Collectors.toCollection;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.SAXException;

/**
 * The modules as the root pom names them, read from the poms themselves. A module that is added to
 * the reactor is under every rule from its first build on.
 */
final class Reactor {

  /** One module: where it lies and what its pom says. */
  record Module(
      String name,
      String artifactId,
      String packaging,
      Path directory,
      List<Dependency> dependencies) {

    /** Whether it is one of the business modules: an EJB module of the EAR. */
    boolean isBusiness() {
      return packaging.equals("ejb");
    }

    Path mainSources() {
      return directory.resolve("src/main/java");
    }

    Path mainClasses() {
      return directory.resolve("target/classes");
    }

    boolean hasMainSources() {
      return Files.isDirectory(mainSources());
    }

    /** The modules of the reactor that it uses in main code. */
    Set<String> mainModuleDependencies() {
      return moduleDependencies(d -> !d.isTest());
    }

    /** The modules of the reactor that it uses at all. */
    Set<String> allModuleDependencies() {
      return moduleDependencies(d -> true);
    }

    private Set<String> moduleDependencies(java.util.function.Predicate<Dependency> which) {
      return dependencies.stream()
          .filter(d -> d.groupId().equals("io.tola"))
          .filter(which)
          .map(d -> d.artifactId().replaceFirst("^tola-", ""))
          .collect(toCollection(LinkedHashSet::new));
    }
  }

  /** A dependency as it stands in a module's own pom; empty where the pom leaves it to the root. */
  record Dependency(String groupId, String artifactId, String type, String scope, String version) {
    boolean isTest() {
      return scope.equals("test") || type.equals("test-jar");
    }
  }

  private final Path root;
  private final List<Module> modules;

  private Reactor(Path root, List<Module> modules) {
    this.root = root;
    this.modules = modules;
  }

  /** The reactor this test is part of. */
  static Reactor ours() {
    Path directory = Path.of("").toAbsolutePath();
    while (directory != null) {
      Path pom = directory.resolve("pom.xml");
      if (Files.exists(pom) && child(parse(pom), "modules").isPresent()) {
        return at(directory);
      }
      directory = directory.getParent();
    }
    throw new IllegalStateException("no root pom above " + Path.of("").toAbsolutePath());
  }

  /** The reactor whose root pom lies in {@code root}. */
  static Reactor at(Path root) {
    Element rootPom = parse(root.resolve("pom.xml"));
    List<Module> modules = new ArrayList<>();
    for (Element module : children(child(rootPom, "modules").orElseThrow(), "module")) {
      addWithChildren(root.resolve(module.getTextContent().trim()), modules);
    }
    return new Reactor(root, List.copyOf(modules));
  }

  private static void addWithChildren(Path directory, List<Module> modules) {
    Element pom = parse(directory.resolve("pom.xml"));
    List<Dependency> dependencies = new ArrayList<>();
    child(pom, "dependencies")
        .ifPresent(
            list ->
                children(list, "dependency")
                    .forEach(
                        d ->
                            dependencies.add(
                                new Dependency(
                                    text(d, "groupId"),
                                    text(d, "artifactId"),
                                    text(d, "type"),
                                    text(d, "scope"),
                                    text(d, "version")))));
    String packaging = text(pom, "packaging");
    modules.add(
        new Module(
            directory.getFileName().toString(),
            text(pom, "artifactId"),
            packaging.isEmpty() ? "jar" : packaging,
            directory,
            List.copyOf(dependencies)));
    child(pom, "modules")
        .ifPresent(
            list ->
                children(list, "module")
                    .forEach(
                        m ->
                            addWithChildren(
                                directory.resolve(m.getTextContent().trim()), modules)));
  }

  Path root() {
    return root;
  }

  List<Module> modules() {
    return modules;
  }

  Optional<Module> module(String name) {
    return modules.stream().filter(m -> m.name().equals(name)).findFirst();
  }

  /** Modules with Java of their own for production. */
  List<Module> withMainSources() {
    return modules.stream().filter(Module::hasMainSources).toList();
  }

  /** Names of the modules that run inside the server: what the EAR packs, with what that needs. */
  Set<String> inTheServer() {
    Set<String> found = new LinkedHashSet<>();
    module("ear").ifPresent(ear -> addReachable(ear, found));
    return found;
  }

  private void addReachable(Module from, Set<String> found) {
    for (String name : from.mainModuleDependencies()) {
      if (found.add(name)) {
        module(name).ifPresent(m -> addReachable(m, found));
      }
    }
  }

  /** Folders under {@code modules/} that hold a pom, whether the root pom names them or not. */
  List<Path> foldersWithPom() {
    Path folder = root.resolve("modules");
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> list = Files.list(folder)) {
      return list.filter(d -> Files.exists(d.resolve("pom.xml"))).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Element parse(Path pom) {
    try {
      DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
      factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
      return factory.newDocumentBuilder().parse(pom.toFile()).getDocumentElement();
    } catch (IOException | SAXException | ParserConfigurationException e) {
      throw new IllegalStateException("can't read " + pom, e);
    }
  }

  private static List<Element> children(Element parent, String name) {
    List<Element> found = new ArrayList<>();
    for (Node n = parent.getFirstChild(); n != null; n = n.getNextSibling()) {
      if (n instanceof Element e && e.getTagName().equals(name)) {
        found.add(e);
      }
    }
    return found;
  }

  private static Optional<Element> child(Element parent, String name) {
    return children(parent, name).stream().findFirst();
  }

  private static String text(Element parent, String name) {
    return child(parent, name).map(e -> e.getTextContent().trim()).orElse("");
  }
}
