package org.seqlm.neural.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.ArtifactFiles;
import org.seqlm.ExitCode;
import org.seqlm.SmallReads;
import org.seqlm.UserException;
import org.seqlm.artifact.Overwrite;
import org.seqlm.neural.CellKind;
import org.seqlm.neural.InputKind;
import org.seqlm.neural.network.LanguageNetwork;
import org.seqlm.neural.plain.Letters;
import org.seqlm.text.TextRules;
import org.seqlm.text.TokenizerKind;

/** Models and checkpoints whose files no array of bytes can hold. */
class LongFilesTest {
  private static final LanguageNetwork SPEC =
      new LanguageNetwork(InputKind.EMBEDDING, 3, CellKind.LSTM, 1, 100, 4, 0, 1);
  private static final TextRules RULES = TextRules.of(TokenizerKind.CHAR);

  @TempDir Path folder;

  private static float[] random(int size, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (float) random.nextDouble(-1, 1);
    }
    return values;
  }

  @Test
  void areReadAsTheyWereWritten() throws Exception {
    Configuration conf = SmallReads.configuration();
    String run = folder.resolve("run").toString();
    int size = SPEC.layout().size();
    assertThat(4L * size).isGreaterThan(SmallReads.LIMIT);
    RunFolder.Identity identity = RunFolder.Identity.of("job", Map.of(), Map.of(), 7);
    ResumeRules rules = new ResumeRules(List.of(), List.of());
    RunFolder writer =
        RunFinder.find(conf, run, identity, rules, Overwrite.REFUSE, RunFolder.Resume.IF_POSSIBLE);
    ModelArtifact.Content content =
        new ModelArtifact.Content(
            new ModelArtifact.NetworkFile(SPEC, RULES), Letters.vocabulary(4));
    Checkpoints checkpoints = writer.checkpoints(content);
    assertThat(writer.begin(-1)).isTrue();
    float[] parameters = random(size, 1);
    float[] velocity = random(size, 2);
    float[] moments = random(2 * size, 3);
    writer.writeModel(
        content,
        parameters,
        new ModelArtifact.ModelDetails(
            SPEC.title(), size, Letters.vocabulary(4).fingerprint(), 1, 5, 1.5));
    Checkpoint checkpoint =
        new Checkpoint(
            1, 2, 3, 0, List.of(), 0, 1, 1.5, 2.0, 0, 10L, List.of(), 1, "v", Map.of(), List.of());
    checkpoints.write(new Checkpoints.Loaded(checkpoint, parameters, velocity, moments), 7);
    writer.commit();

    SmallReads.longest();
    assertThat(ModelArtifact.open(conf, run).parameters()).containsExactly(parameters);
    Checkpoints.Usable usable = checkpoints.usable(states -> null, writer.modelRound());
    assertThat(usable.newest()).isEqualTo(checkpoint);
    Checkpoints.Loaded loaded = checkpoints.load(1);
    assertThat(loaded.parameters()).containsExactly(parameters);
    assertThat(loaded.outerState()).containsExactly(velocity);
    assertThat(loaded.moments()).containsExactly(moments);
    assertThat(SmallReads.longest()).isGreaterThan(SmallReads.LIMIT);

    // A bit in the middle is seen, and tells of damage, not of memory.
    Path file = ArtifactFiles.file(Path.of(run, "checkpoints/1"), "moment-2.safetensors");
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 1;
    Files.write(file, bytes);
    assertThatThrownBy(() -> checkpoints.load(1))
        .isInstanceOfSatisfying(
            UserException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.DATA))
        .hasMessageContaining("moment-2.safetensors is damaged: its SHA-256");
    assertThat(checkpoints.usable(states -> null, writer.modelRound()).newest()).isNull();
  }
}
