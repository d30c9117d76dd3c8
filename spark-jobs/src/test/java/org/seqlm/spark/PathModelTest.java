package org.seqlm.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.ExitCode;
import org.seqlm.TestSpark;
import org.seqlm.UserException;
import org.seqlm.lm.LanguageModel;
import org.seqlm.ngram.TinyArpa;

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
}
