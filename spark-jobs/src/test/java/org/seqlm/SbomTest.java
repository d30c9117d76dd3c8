package org.seqlm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import javax.xml.transform.ErrorListener;
import javax.xml.transform.Transformer;
import javax.xml.transform.TransformerException;
import javax.xml.transform.TransformerFactory;
import javax.xml.transform.stream.StreamResult;
import javax.xml.transform.stream.StreamSource;
import org.junit.jupiter.api.Test;

/**
 * The bill of materials of a release is that of what the jar bundles, no more and no less: deploy/
 * release/sbom.xsl takes the components of the shade plugin's list, and ends the build where one is
 * missing.
 */
class SbomTest {
  private static final Pattern NAME =
      Pattern.compile("<group>([^<]*)</group>\\s*<name>([^<]*)</name>");

  /** Of everything that the code is compiled with. */
  private static String bom(Iterable<String> names) {
    StringBuilder components = new StringBuilder();
    StringBuilder dependencies = new StringBuilder();
    for (String name : names) {
      String[] parts = name.split(":");
      String ref = "pkg:maven/" + parts[0] + "/" + parts[1] + "@1";
      components.append("<component type=\"library\" bom-ref=\"" + ref + "\">");
      components.append("<group>" + parts[0] + "</group><name>" + parts[1] + "</name></component>");
      dependencies.append("<dependency ref=\"" + ref + "\"/>");
    }
    return "<bom xmlns=\"http://cyclonedx.org/schema/bom/1.6\"><metadata/><components>"
        + components
        + "</components><dependencies><dependency ref=\"ours\">"
        + dependencies
        + "</dependency>"
        + dependencies
        + "</dependencies></bom>";
  }

  private static String filtered(String bom) throws TransformerException {
    TransformerFactory factory = TransformerFactory.newInstance();
    factory.setErrorListener(new Silent());
    Transformer transformer =
        factory.newTransformer(new StreamSource(new File("../deploy/release/sbom.xsl")));
    transformer.setErrorListener(new Silent());
    transformer.setParameter("pom", Path.of("pom.xml").toUri().toString());
    transformer.setParameter("scala", "2.12");
    StringWriter out = new StringWriter();
    transformer.transform(new StreamSource(new StringReader(bom)), new StreamResult(out));
    return out.toString();
  }

  private static List<String> names(String bom) {
    List<String> names = new ArrayList<>();
    NAME.matcher(bom).results().forEach(one -> names.add(one.group(1) + ":" + one.group(2)));
    return names;
  }

  @Test
  void namesWhatTheJarBundlesAndNothingElse() throws Exception {
    TreeSet<String> bundled = BundledTest.bundled();
    List<String> all = new ArrayList<>(bundled);
    all.add("org.apache.hadoop:hadoop-client-api");
    all.add("org.nd4j:nd4j-kryo_2.13");
    all.add("org.nd4j:nd4j");
    String sbom = filtered(bom(all));
    assertThat(names(sbom)).containsExactlyElementsOf(bundled);
    // Nor does anything refer to what is not there.
    assertThat(sbom).doesNotContain("hadoop", "_2.13");
    assertThat(sbom.split("<dependency ", -1)).hasSize(2 * bundled.size() + 2);
  }

  @Test
  void whatTheJarBundlesAndNobodyFoundEndsTheBuild() {
    TreeSet<String> bundled = BundledTest.bundled();
    bundled.remove("org.yaml:snakeyaml");
    assertThatThrownBy(() -> filtered(bom(bundled))).isInstanceOf(TransformerException.class);
    // These are in a jar of the profile dl4j-cuda only.
    TreeSet<String> usual = BundledTest.bundled();
    usual.removeIf(name -> name.contains("cuda"));
    assertThat(names(assertFiltered(bom(usual)))).containsExactlyElementsOf(usual);
  }

  /** Where a release was made. */
  @Test
  void theOneThatWasMadeIsOfThisList() throws Exception {
    Path made = Path.of("target/sbom/seqlm-sbom.xml");
    org.junit.jupiter.api.Assumptions.assumeTrue(Files.exists(made), "only mvn -Prelease makes it");
    String sbom = Files.readString(made);
    TreeSet<String> usual = BundledTest.bundled();
    usual.removeIf(name -> name.contains("cuda"));
    TreeSet<String> found =
        new TreeSet<>(
            names(sbom.substring(sbom.indexOf("<components>", sbom.indexOf("</metadata>")))));
    assertThat(found).isEqualTo(usual);
  }

  private static String assertFiltered(String bom) {
    try {
      return filtered(bom);
    } catch (TransformerException e) {
      throw new AssertionError(e);
    }
  }

  private static final class Silent implements ErrorListener {
    @Override
    public void warning(TransformerException problem) {}

    @Override
    public void error(TransformerException problem) {}

    @Override
    public void fatalError(TransformerException problem) throws TransformerException {
      throw problem;
    }
  }
}
