package org.seqlm.job.prepare;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.ExitCode;
import org.seqlm.TestSpark;
import org.seqlm.artifact.Json;
import org.seqlm.dataset.Dataset;
import org.seqlm.dataset.Split;
import org.seqlm.dataset.VocabularyExtension;
import org.seqlm.job.SeqLM;
import org.seqlm.neural.CellKind;
import org.seqlm.neural.InputKind;
import org.seqlm.neural.files.ModelArtifact;
import org.seqlm.neural.network.InitialParameters;
import org.seqlm.neural.network.LanguageNetwork;
import org.seqlm.neural.plain.RecurrentLanguageModel;
import org.seqlm.vocab.Vocabularies;
import org.seqlm.vocab.Vocabulary;

/** {@code prepare --vocabulary-from}. */
class PrepareExtendedTest {
  private static final Configuration HADOOP = new Configuration();
  private static final String SPLITS = "contiguous:0.5,0.5,0";

  @TempDir Path folder;

  @BeforeAll
  static void session() {
    TestSpark.session();
  }

  private record Outcome(int code, String out, String err) {}

  private static Outcome run(List<String> args) {
    PrintStream before = System.out;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
    try {
      int code =
          SeqLM.run(
              args.toArray(String[]::new), new PrintStream(err, true, StandardCharsets.UTF_8));
      return new Outcome(
          code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    } finally {
      System.setOut(before);
    }
  }

  private String path(String name) {
    return folder.resolve(name).toString();
  }

  /** Prepares a text, half of it for training; the dataset is new each time. */
  private Outcome prepare(String output, String text, String... more) throws IOException {
    Path file = Files.writeString(folder.resolve(output + ".txt"), text);
    List<String> args = new ArrayList<>(List.of("prepare", "--input", file.toString()));
    args.addAll(List.of("--output", path(output), "--splits", SPLITS));
    args.addAll(List.of(more));
    return run(args);
  }

  private Dataset prepared(String output, String text, String... more) throws IOException {
    Outcome outcome = prepare(output, text, more);
    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.code()).isZero();
    return Dataset.open(HADOOP, path(output));
  }

  private static List<String> tokens(Dataset dataset) throws IOException {
    List<String> tokens = new ArrayList<>();
    Vocabulary vocabulary = dataset.vocabulary();
    for (int id = 0; id < vocabulary.size(); id++) {
      tokens.add(vocabulary.token(id) + " " + vocabulary.count(id));
    }
    return tokens;
  }

  /** The train split is the first two lines, of four tokens with their ends each. */
  @Test
  void knownWordsKeepTheirIdsAndNewOnesFollow() throws IOException {
    Dataset first = prepared("first", "b b a\nb a c\nx x x\nx x x\n", "--tokenizer", "whitespace");
    assertThat(tokens(first)).containsExactly("<unk> 0", "<s> 0", "</s> 2", "b 3", "a 2", "c 1");
    assertThat(first.details().extended()).isNull();

    String[] onwards = {"--tokenizer", "whitespace", "--vocabulary-from", path("first")};
    String text = "d c e\nd d </s>\nd c q\ne q b\n";
    Dataset second = prepared("second", text, onwards);
    assertThat(tokens(second))
        .containsExactly("<unk> 0", "<s> 0", "</s> 2", "b 0", "a 0", "c 1", "d 3", "e 1");
    assertThat(second.read(Split.TRAIN, 0, 8, 0).tokens()).containsExactly(6, 5, 7, 2, 6, 6, 0, 2);
    VocabularyExtension extended = second.details().extended();
    assertThat(extended)
        .isEqualTo(
            new VocabularyExtension(
                first.vocabulary().fingerprint(),
                6,
                1,
                2,
                Map.of(Split.TRAIN, 4L, Split.VALID, 2L, Split.TEST, 0L)));
    assertThat(extended.unknownRate(Split.TRAIN, second.details().splits().get(Split.TRAIN)))
        .isEqualTo(5 / 8.0);
    assertThat(second.artifact().manifest().inputs())
        .containsEntry("vocabulary-base", first.fingerprint());
    JsonNode config = Json.tree(second.artifact().manifest().config()).get("vocabulary");
    assertThat(config.has("base")).isFalse();
    assertThat(config.get("max-appended").isNull()).isTrue();

    for (int tasks : new int[] {2, 7}) {
      String name = "second-" + tasks;
      Dataset same = prepared(name, text, with(onwards, "--partitions", "" + tasks));
      assertThat(tokens(same)).isEqualTo(tokens(second));
      assertThat(same.details().extended()).isEqualTo(extended);
      assertThat(same.details().splits()).isEqualTo(second.details().splits());
    }
  }

  private static String[] with(String[] flags, String... more) {
    List<String> all = new ArrayList<>(List.of(flags));
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }

  /** From a dataset to a model of it, and on; what is printed adds up. */
  @Test
  void aModelsCharactersAreExtended() throws IOException {
    Dataset first = prepared("first", "abcab\nabcab\n");
    LanguageNetwork spec =
        new LanguageNetwork(
            InputKind.EMBEDDING, 2, CellKind.GRU, 1, 2, first.vocabulary().size(), 0, 0);
    var manifest =
        ModelArtifact.write(
            HADOOP,
            path("model"),
            new RecurrentLanguageModel(spec, InitialParameters.create(spec, 1), first.vocabulary()),
            first.details().rules(),
            Map.of(),
            Map.of(),
            1,
            new ModelArtifact.ModelDetails("gru", 1, "", 0, 0, null));
    Outcome outcome = prepare("second", "adeea\nfffab\n", "--vocabulary-from", path("model"));
    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.out())
        .contains(
            "known      5 ids of "
                + path("model")
                + ": 2 of its tokens stand in the train split,"
                + " 50.000 % of all tokens are unknown to it",
            "appended   2 ids: 25.000 % of all tokens stay unknown");
    Dataset second = Dataset.open(HADOOP, path("second"));
    assertThat(tokens(second))
        .containsExactly("<unk> 0", "a 2", "b 0", "\n 1", "c 0", "e 2", "d 1");
    assertThat(second.artifact().manifest().inputs())
        .containsEntry("vocabulary-base", manifest.fingerprint());

    Dataset third =
        prepared("third", "gfgf\nabc\n", "--vocabulary-from", path("second"), "--max-appended=1");
    assertThat(third.vocabulary().size()).isEqualTo(8);
    assertThat(third.vocabulary().token(7)).isEqualTo("f");
    assertThat(Vocabularies.beginsWith(third.vocabulary(), first.vocabulary())).isTrue();
    assertThat(prepared("none", "gf\ngf\n", "--vocabulary-from", path("third"), "--max-appended=0"))
        .satisfies(
            none ->
                assertThat(none.vocabulary().fingerprint())
                    .isEqualTo(third.vocabulary().fingerprint()));
  }

  @Test
  void whatCannotBeExtendedIsRefused() throws IOException {
    prepared("first", "b b a\nb a c\n", "--tokenizer", "word", "--lowercase");
    assertThat(prepare("no", "a\nb\n", "--vocabulary-from", path("first")))
        .satisfies(
            other -> {
              assertThat(other.code()).isEqualTo(ExitCode.CONFIGURATION.code());
              assertThat(other.err())
                  .contains(
                      "tokenizer.kind is word there and char here; tokenizer.letter-case is lower"
                          + " there and keep here: set tokenizer.kind=word,"
                          + " tokenizer.letter-case=lower");
            });
    assertThat(prepare("no", "a\nb\n", "--max-appended", "3"))
        .satisfies(
            alone -> {
              assertThat(alone.code()).isEqualTo(ExitCode.CONFIGURATION.code());
              assertThat(alone.err()).contains("vocabulary.base, which is none");
            });
    String[] words = {"--tokenizer", "word", "--lowercase", "--vocabulary-from"};
    assertThat(prepare("no", "a\nb\n", with(words, path("first"), "--vocabulary-size", "4")))
        .satisfies(
            small -> {
              assertThat(small.code()).isEqualTo(ExitCode.CONFIGURATION.code());
              assertThat(small.err()).contains("vocabulary.max-size is 4", "has 5 ids");
            });
    assertThat(prepare("no", "a\nb\n", with(words, path("missing"))))
        .satisfies(
            missing -> {
              assertThat(missing.code()).isEqualTo(ExitCode.DATA.code());
              assertThat(missing.err()).contains("missing does not exist");
            });
    assertThat(prepare("first", "a\nb\n", with(words, path("first"), "--overwrite")))
        .satisfies(
            over -> {
              assertThat(over.code()).isEqualTo(ExitCode.CONFIGURATION.code());
              assertThat(over.err()).contains("what is read would be lost");
            });
    assertThat(folder.resolve("no")).doesNotExist();
  }
}
