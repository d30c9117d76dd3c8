package org.seqlm.lm.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.ArtifactFiles;
import org.seqlm.UserException;
import org.seqlm.artifact.Overwrite;

class MixtureArtifactTest {
  private static final Configuration CONF = new Configuration();

  @TempDir Path folder;

  private String mixture(List<MixtureArtifact.Component> components) throws IOException {
    String name = folder.resolve("mixture").toString();
    MixtureArtifact.write(
        CONF,
        name,
        Overwrite.REPLACE,
        Map.of(),
        Map.of(),
        1,
        new MixtureArtifact.MixtureDetails("two", components, "valid", 10, 2.5));
    return name;
  }

  @Test
  void namesModelsBesideItRelativeToItself() throws IOException {
    String name = folder.resolve("mixture").toString();
    assertThat(MixtureArtifact.reference(CONF, name, folder.resolve("runs/a") + ""))
        .isEqualTo("../runs/a");
    assertThat(MixtureArtifact.reference(CONF, name, folder.resolve("n") + "#order=2"))
        .isEqualTo("../n#order=2");
    assertThat(MixtureArtifact.reference(CONF, name, "/elsewhere/n#order=2"))
        .isEqualTo("file:/elsewhere/n#order=2");
    // A name that only begins alike lies elsewhere.
    assertThat(MixtureArtifact.reference(CONF, name, folder + "er/n"))
        .isEqualTo("file:" + folder + "er/n");
  }

  @Test
  void givesBackWhatWasWritten() throws IOException {
    List<MixtureArtifact.Component> components =
        List.of(
            new MixtureArtifact.Component("../n#order=2", "f1", 0.1 + 0.2),
            new MixtureArtifact.Component("file:/elsewhere/n", "f2", 0.7));
    MixtureArtifact opened = MixtureArtifact.open(CONF, mixture(components));
    assertThat(opened.components()).isEqualTo(components);
    assertThat(opened.resolve(components.get(0))).isEqualTo("file:" + folder + "/n#order=2");
    assertThat(opened.resolve(components.get(1))).isEqualTo("file:/elsewhere/n");
    assertThat(opened.manifest().details(MixtureArtifact.MixtureDetails.class).perplexity())
        .isEqualTo(2.5);
  }

  /** Beside it means beside it; any other place is named whole, as people name it. */
  @Test
  void refusesAModelThatLeavesThePlaceBesideIt() {
    for (String path : List.of("../../n", "../a/../../n", "file:/a/../n", "../..")) {
      assertThatThrownBy(() -> new MixtureArtifact.Component(path, "f1", 0.25))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(path);
    }
  }

  @Test
  void refusesChangedWeights() throws IOException {
    String name = mixture(List.of(new MixtureArtifact.Component("../n", "f1", 0.25)));
    Path file = ArtifactFiles.file(Path.of(name), "mixture.json");
    Files.writeString(file, Files.readString(file).replace("0.25", "0.75"));
    Files.deleteIfExists(ArtifactFiles.file(Path.of(name), ".mixture.json.crc"));
    assertThatThrownBy(() -> MixtureArtifact.open(CONF, name))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("mixture.json is damaged");
  }
}
