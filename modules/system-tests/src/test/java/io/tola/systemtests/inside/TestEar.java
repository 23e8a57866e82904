package io.tola.systemtests.inside;

import io.tola.standalone.LibertyNode.Installation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.jboss.arquillian.container.test.api.Testable;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.asset.EmptyAsset;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.jboss.shrinkwrap.api.spec.EnterpriseArchive;
import org.jboss.shrinkwrap.api.spec.WebArchive;

/** The EAR that the build has packed, and one WAR more, which holds the tests. */
final class TestEar {

  private static final String WAR = "in-container.war";
  private static final String DESCRIPTOR = "META-INF/application.xml";

  private TestEar() {}

  static EnterpriseArchive with(Installation installation, Class<?>... tests) {
    Path ear = installation.application();
    EnterpriseArchive archive = ShrinkWrap.createFromZipFile(EnterpriseArchive.class, ear.toFile());
    String descriptor = text(archive);
    EnterpriseArchive named = ShrinkWrap.create(EnterpriseArchive.class, "tola.ear").merge(archive);
    WebArchive war =
        ShrinkWrap.create(WebArchive.class, WAR)
            .addClasses(tests)
            .addAsWebInfResource(EmptyAsset.INSTANCE, "beans.xml");
    named.delete(DESCRIPTOR);
    named.addAsModule(Testable.archiveToTest(war));
    named.delete(DESCRIPTOR);
    named.setApplicationXML(
        new StringAsset(
            descriptor.replace(
                "<library-directory>",
                "<module><web><web-uri>"
                    + WAR
                    + "</web-uri><context-root>/in-container</context-root></web></module>"
                    + "<library-directory>")));
    libraries(installation, named);
    return named;
  }

  /**
   * What the application has of the server's library beside the driver. The adapter deploys the EAR
   * without the class loader that config/application.xml gives it, so it gets copies of its own.
   */
  private static void libraries(Installation installation, EnterpriseArchive ear) {
    Path folder = installation.template().resolve("lib/jdbc");
    try (Stream<Path> jars = Files.list(folder)) {
      jars.filter(jar -> !jar.getFileName().toString().startsWith("postgresql"))
          .forEach(jar -> ear.addAsLibrary(jar.toFile()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String text(EnterpriseArchive archive) {
    try (var in = archive.get(DESCRIPTOR).getAsset().openStream()) {
      return new String(in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
