package io.tola.systemtests.architecture;

import com.sun.source.doctree.DocCommentTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import io.tola.systemtests.architecture.Reactor.Module;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.lang.model.element.Modifier;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** Every rule about source files, each with the folder of the broken example it must refuse. */
enum SourceRules {
  EVERY_PACKAGE_SAYS_WHAT_IT_HOLDS("silentpackage", SourceRules::silentPackages),
  PUBLIC_TYPES_OF_APIS_AND_KERNEL_ARE_EXPLAINED("unexplained", SourceRules::unexplainedTypes),
  EVERY_MODULE_HAS_A_README("noreadme", SourceRules::withoutReadme),
  NOTHING_IS_LEFT_TO_DO("leftover", SourceRules::leftovers);

  private static final Pattern LEFTOVER = Pattern.compile("\\b(TO" + "DO|FIX" + "ME)\\b");

  private final String brokenExample;
  private final Function<Module, List<String>> violations;

  SourceRules(String brokenExample, Function<Module, List<String>> violations) {
    this.brokenExample = brokenExample;
    this.violations = violations;
  }

  String brokenExample() {
    return brokenExample;
  }

  List<String> violations(List<Module> modules) {
    return modules.stream().flatMap(m -> violations.apply(m).stream()).toList();
  }

  private static List<String> silentPackages(Module module) {
    List<String> found = new ArrayList<>();
    for (Path folder : new TreeSet<>(sources(module).stream().map(Path::getParent).toList())) {
      Path info = folder.resolve("package-info.java");
      if (!Files.exists(info)) {
        found.add(folder + " has no package-info.java");
      } else if (!read(info).contains("/**")) {
        found.add(info + " says nothing");
      }
    }
    return found;
  }

  private static List<String> unexplainedTypes(Module module) {
    List<Path> files =
        sources(module).stream()
            .filter(f -> !f.endsWith("package-info.java"))
            .filter(f -> module.name().equals("kernel") || inApi(module, f))
            .toList();
    if (files.isEmpty()) {
      return List.of();
    }
    List<String> found = new ArrayList<>();
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
      JavacTask task =
          (JavacTask)
              compiler.getTask(
                  null,
                  manager,
                  null,
                  List.of("-proc:none"),
                  null,
                  manager.getJavaFileObjectsFromPaths(files));
      DocTrees docs = DocTrees.instance(task);
      for (CompilationUnitTree unit : task.parse()) {
        for (Tree type : unit.getTypeDecls()) {
          if (type instanceof ClassTree c
              && c.getModifiers().getFlags().contains(Modifier.PUBLIC)) {
            DocCommentTree doc = docs.getDocCommentTree(TreePath.getPath(unit, c));
            if (doc == null || doc.getFirstSentence().isEmpty()) {
              found.add(unit.getPackageName() + "." + c.getSimpleName() + " is not explained");
            }
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return found;
  }

  private static boolean inApi(Module module, Path file) {
    for (Path part : module.mainSources().relativize(file)) {
      if (part.toString().equals("api")) {
        return true;
      }
    }
    return false;
  }

  private static List<String> withoutReadme(Module module) {
    return Files.exists(module.directory().resolve("README.md"))
        ? List.of()
        : List.of(module.name() + " has no README.md");
  }

  private static List<String> leftovers(Module module) {
    return Stream.concat(
            sources(module).stream(), files(module.directory().resolve("src/test/java")))
        .filter(f -> LEFTOVER.matcher(read(f)).find())
        .map(f -> f + " leaves something to do")
        .toList();
  }

  private static List<Path> sources(Module module) {
    return files(module.mainSources()).toList();
  }

  private static Stream<Path> files(Path root) {
    if (!Files.isDirectory(root)) {
      return Stream.empty();
    }
    try (Stream<Path> walk = Files.walk(root)) {
      return walk.filter(f -> f.toString().endsWith(".java")).sorted().toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
