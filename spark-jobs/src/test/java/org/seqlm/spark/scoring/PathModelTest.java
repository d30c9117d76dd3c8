package org.seqlm.spark.scoring;

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
import org.seqlm.ExitCode;
import org.seqlm.TestSpark;
import org.seqlm.UserException;
import org.seqlm.artifact.Overwrite;
import org.seqlm.lm.LanguageModel;
import org.seqlm.lm.files.MixtureArtifact;
import org.seqlm.ngram.arpa.TinyArpa;

class PathModelTest {
  @TempDir Path folder;

  /** An executor that starts late, as one that has loaded nothing yet. */
  @Test
  void aModelThatWasReplacedMeanwhileIsRefused() throws IOException {
    Path file = Files.writeString(folder.resolve("tiny.arpa"), TinyArpa.TEXT);
    PathModel model = PathModel.open(new Configuration(), file.toString());
    PathModel.Stored known = (PathModel.Stored) model.supplier(TestSpark.context());
    assertThat(known.model()).isSameAs(model.model());

    PathModel.Stored late =
        new PathModel.Stored(
            known.conf(), "nothing yet", known.fingerprint(), known.folder(), known.selector());
    LanguageModel same = late.model();
    assertThat(same.vocabulary().size()).isEqualTo(model.vocabulary().size());

    Files.writeString(file, TinyArpa.TEXT.replace("-0.625\tb </s>", "-0.5\tb </s>"));
    assertThatThrownBy(late::model)
        .isInstanceOfSatisfying(
            UserException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.DATA))
        .hasMessageContaining(file + " was replaced by another model");
  }

  /** As one that was written over one of its models, and another that was by way of a third. */
  @Test
  void aMixtureThatHoldsItselfIsRefused() throws IOException {
    for (String holds : List.of("a", "b")) {
      String b = mixture("b", "a");
      String a = mixture("a", holds);
      for (String path : List.of(a, b)) {
        assertThatThrownBy(() -> PathModel.open(new Configuration(), path))
            .isInstanceOfSatisfying(
                UserException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.DATA))
            .hasMessageContaining("was made with another model");
      }
    }
  }

  private String mixture(String name, String model) throws IOException {
    String path = folder.resolve(name).toString();
    MixtureArtifact.write(
        new Configuration(),
        path,
        Overwrite.REPLACE,
        Map.of(),
        Map.of(),
        1,
        new MixtureArtifact.MixtureDetails(
            "one",
            List.of(new MixtureArtifact.Component("../" + model, "f", 1)),
            "valid",
            10,
            2.5));
    return path;
  }

  /** An executor has another working folder. */
  @Test
  void whatIsSentToExecutorsIsAWholePath() throws IOException {
    Path file = Files.writeString(folder.resolve("10:00.arpa"), TinyArpa.TEXT);
    Path relative = Path.of("").toAbsolutePath().relativize(file.toRealPath());
    PathModel model = PathModel.open(new Configuration(), relative.toString());
    PathModel.Stored stored = (PathModel.Stored) model.supplier(TestSpark.context());
    assertThat(stored.folder()).isEqualTo("file:" + file.toRealPath());
  }
}
