package org.seqlm.spark.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.CountingStore;
import org.seqlm.ExitCode;
import org.seqlm.TestSpark;
import org.seqlm.UserException;
import org.seqlm.artifact.Overwrite;
import org.seqlm.lm.LanguageModel;
import org.seqlm.lm.Scorer;
import org.seqlm.lm.files.MixtureArtifact;
import org.seqlm.ngram.arpa.TinyArpa;
import org.seqlm.ngram.kenlm.KenlmWriter;
import org.seqlm.spark.io.SharedSettings;
import org.seqlm.text.TextRules;
import org.seqlm.text.TokenizerKind;

class PathModelTest {
  @TempDir Path folder;

  /** An executor that starts late, as one that has loaded nothing yet. */
  @Test
  void aModelThatWasReplacedMeanwhileIsRefused() throws IOException {
    Path file = Files.writeString(folder.resolve("tiny.arpa"), TinyArpa.TEXT);
    PathModel model = PathModel.open(new Configuration(), file.toString());
    PathModel.Stored known = (PathModel.Stored) model.supplier(TestSpark.context());
    assertThat(known.model()).isSameAs(model.model());

    PathModel.forget();
    LanguageModel same = known.model();
    assertThat(same).isNotSameAs(model.model()).isSameAs(known.model());
    assertThat(same.vocabulary().size()).isEqualTo(model.vocabulary().size());

    Files.writeString(file, TinyArpa.TEXT.replace("-0.625\tb </s>", "-0.5\tb </s>"));
    PathModel.forget();
    assertThatThrownBy(known::model)
        .isInstanceOfSatisfying(
            UserException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.DATA))
        .hasMessageContaining(file + " was replaced by another model");
  }

  /** As sessions that stay while models are trained again and again. */
  @Test
  void ofAPathTheLastModelIsKept() throws IOException {
    Path file = folder.resolve("nightly.arpa");
    Path other = Files.writeString(folder.resolve("nightly.arpa b"), TinyArpa.TEXT);
    LanguageModel beside = PathModel.open(new Configuration(), other.toString()).model();
    PathModel.Stored first = null;
    for (String value : List.of("-0.5", "-0.25", "-0.125")) {
      Files.writeString(file, TinyArpa.TEXT.replace("-0.625\tb </s>", value + "\tb </s>"));
      PathModel model = PathModel.open(new Configuration(), file.toString());
      PathModel.Stored stored = (PathModel.Stored) model.supplier(TestSpark.context());
      assertThat(stored.model()).isSameAs(model.model());
      first = first == null ? stored : first;
    }
    assertThatThrownBy(first::model).hasMessageContaining("was replaced by another model");
    assertThat(PathModel.open(new Configuration(), other.toString()).model()).isSameAs(beside);
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

  /** An executor knows a model by its whole path, whatever its user called it. */
  @Test
  void anExecutorOpensAModelOnceForAllItsTasks() throws IOException {
    Configuration conf = CountingStore.start(CountingStore.class, 0);
    Path file = Files.writeString(folder.resolve("a.arpa"), TinyArpa.TEXT);
    String mixed = mixture("mixed", "a.arpa", PathModel.open(conf, file.toString()).fingerprint());
    Path beside = Path.of("").toAbsolutePath().relativize(file.toRealPath());
    for (String name :
        List.of(CountingStore.name(file), CountingStore.name(Path.of(mixed)), beside.toString())) {
      PathModel model = PathModel.open(conf, name);
      PathModel.Stored stored = (PathModel.Stored) model.supplier(TestSpark.context());
      PathModel.Stored sent =
          new PathModel.Stored(
              new SharedSettings(conf), stored.fingerprint(), stored.folder(), stored.selector());
      PathModel.forget();
      LanguageModel first = sent.model();
      int calls = CountingStore.total();
      for (int task = 0; task < 5; task++) {
        assertThat(sent.model().vocabulary()).isSameAs(first.vocabulary());
      }
      assertThat(CountingStore.total()).as(name).isEqualTo(calls);
    }
  }

  private String mixture(String name, String model) throws IOException {
    return mixture(name, model, "f");
  }

  private String mixture(String name, String model, String fingerprint) throws IOException {
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
            List.of(new MixtureArtifact.Component("../" + model, fingerprint, 1)),
            "valid",
            10,
            2.5));
    return path;
  }

  @Test
  void aKenlmBinaryIsToldByItsFirstBytes() throws IOException {
    Path file = Files.write(folder.resolve("model"), kenlm(KenlmWriter.Options.probing()));
    PathModel model = PathModel.open(new Configuration(), file.toString());
    assertThat(model.kind()).isEqualTo("2-gram kenlm probing");
    assertThat(model.takes(TokenizerKind.WORD)).isTrue();
    assertThat(model.takes(TokenizerKind.CHAR)).isFalse();
    assertThat(model.rules()).isEqualTo(TextRules.of(TokenizerKind.WHITESPACE));
    refused("is a KenLM binary: leave out #order=2", file + "#order=2");

    Path packed = folder.resolve("model.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(packed))) {
      out.write(kenlm(KenlmWriter.Options.trie()));
    }
    refused("KenLM's binary " + packed + " is packed", packed.toString());
    byte[] cut = Arrays.copyOf(kenlm(KenlmWriter.Options.trie()), 200);
    Path damaged = Files.write(folder.resolve("cut"), cut);
    refused("KenLM's binary " + damaged + " is cut short", damaged.toString());

    PathModel.Stored known = (PathModel.Stored) model.supplier(TestSpark.context());
    PathModel.forget();
    assertThat(known.model()).isSameAs(known.model()).isNotSameAs(model.model());
    // As people replace files: a process that has mapped the old one keeps it.
    Files.delete(file);
    Files.write(file, kenlm(KenlmWriter.Options.probing().times(2)));
    PathModel.forget();
    assertThatThrownBy(known::model).hasMessageContaining("was replaced by another model");
    assertThat(model.model().start().logProbability(1)).isNegative();
  }

  @Test
  void aKenlmBinaryThatLiesElsewhereIsCopied() throws IOException {
    Configuration conf = CountingStore.start(CountingStore.class, 0);
    Path file = Files.write(folder.resolve("far"), kenlm(KenlmWriter.Options.trie()));
    PathModel far = PathModel.open(conf, CountingStore.name(file));
    PathModel near = PathModel.open(conf, file.toString());
    assertThat(far.model()).isNotSameAs(near.model());
    assertThat(far.fingerprint()).isEqualTo(near.fingerprint());
    int[] tokens = {3, 4, 3, 0, 2, 4};
    assertThat(Scorer.score(far.model(), tokens, 0, new int[0]))
        .isEqualTo(Scorer.score(near.model(), tokens, 0, new int[0]));
  }

  private static byte[] kenlm(KenlmWriter.Options options) {
    return KenlmWriter.write(TinyArpa.TEXT, options);
  }

  private static void refused(String message, String path) {
    assertThatThrownBy(() -> PathModel.open(new Configuration(), path))
        .isInstanceOf(UserException.class)
        .hasMessageContaining(message);
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
