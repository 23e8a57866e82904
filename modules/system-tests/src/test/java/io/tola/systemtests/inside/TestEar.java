package io.tola.systemtests.inside;

import io.tola.standalone.LibertyNode.Installation;
import java.nio.file.Path;
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
    return named;
  }

  private static String text(EnterpriseArchive archive) {
    try (var in = archive.get(DESCRIPTOR).getAsset().openStream()) {
      return new String(in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
