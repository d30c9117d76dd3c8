package org.seqlm.spark.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.Progress;
import org.seqlm.TestSpark;
import org.seqlm.corpus.plan.CorpusPlan;
import org.seqlm.corpus.plan.CorpusSource;
import org.seqlm.corpus.scores.Buckets;
import org.seqlm.corpus.scores.RowFields;
import org.seqlm.lm.TextScore;
import org.seqlm.lm.files.ScoreFiles;
import org.seqlm.ngram.arpa.TinyArpa;
import org.seqlm.spark.models.PathModel;
import org.seqlm.spark.scoring.lines.LineRules;
import org.seqlm.spark.scoring.lines.LineRules.Carry;
import org.seqlm.spark.scoring.lines.LineRules.Mark;
import org.seqlm.store.FileEntry;
import org.seqlm.text.LineNormalization;

/** Where contexts begin and end, by hand: see {@link TinyArpa}. */
class LineRulesTest {
  @TempDir static Path folder;
  private static PathModel model;

  @BeforeAll
  static void open() throws IOException {
    Path arpa = Files.writeString(folder.resolve("tiny.arpa"), TinyArpa.TEXT);
    model = PathModel.open(new Configuration(), arpa.toString());
  }

  private static LineRules rules(Carry carry, Mark bos, Mark eos) {
    return new LineRules(LineNormalization.NONE, carry, bos, eos);
  }

  /** log10 of each line of a document. */
  private static List<Double> log10(LineRules rules, String... text) {
    ModelLines lines = new ModelLines(model.model(), model.rules(), rules, null);
    lines.startDocument();
    List<Double> scores = new ArrayList<>();
    for (String line : text) {
      byte[] utf8 = line.getBytes(StandardCharsets.UTF_8);
      TextScore score = lines.line(utf8, 0, utf8.length, true);
      scores.add(Math.round(score.log10() * 1e9) / 1e9);
      int words = line.isEmpty() ? 0 : line.split(" ").length;
      assertThat(score.tokens()).isEqualTo(words + (rules.end() == Mark.YES ? 1 : 0));
    }
    return scores;
  }

  @Test
  void asTheModelReads() {
    for (Carry carry : new Carry[] {Carry.MODEL, Carry.LINE}) {
      assertThat(log10(rules(carry, Mark.YES, Mark.YES), "a b", "b a"))
          .containsExactly(
              -0.5 - 0.75 - 0.625, (-0.25 - 1.25) - 0.375 - (0.5 + 1.5)); // <s> a b </s>, <s> b a
    }
  }

  @Test
  void withoutMarks() {
    for (Carry carry : new Carry[] {Carry.MODEL, Carry.LINE}) {
      assertThat(log10(rules(carry, Mark.NO, Mark.YES), "a b", "b a"))
          .containsExactly(-1 - 0.75 - 0.625, -1.25 - 0.375 - 2);
      assertThat(log10(rules(carry, Mark.NO, Mark.NO), "a b", "", "b a"))
          .containsExactly(-1 - 0.75, 0.0, -1.25 - 0.375);
      assertThat(log10(rules(carry, Mark.YES, Mark.NO), "a b", "b a"))
          .containsExactly(-0.5 - 0.75, -1.5 - 0.375);
    }
  }

  @Test
  void wordsFollowThoseOfTheLineBefore() {
    double bAfterB = -0.125 - 1.25;
    assertThat(log10(rules(Carry.DOCUMENT, Mark.YES, Mark.YES), "a b", "b a", "b"))
        .containsExactly(-0.5 - 0.75 - 0.625, bAfterB - 0.375 - 2, -0.75 - 0.625);
    assertThat(log10(rules(Carry.DOCUMENT, Mark.NO, Mark.NO), "a b", "b a"))
        .containsExactly(-1 - 0.75, bAfterB - 0.375);
  }

  /** Documents of several ranges and a document of several lines; tokens add up to their rows. */
  @Test
  void tokensHaveRowsOfTheirOwn() throws IOException {
    Path input = Files.createDirectories(folder.resolve("in"));
    Files.writeString(input.resolve("a.txt"), "A b\nb a\n\nzebra b\n".repeat(30));
    Files.writeString(input.resolve("b.jsonl"), "{\"text\":\"a b\\nb 1a\"}\n");
    for (ScoreFiles.Unit unit : ScoreFiles.Unit.values()) {
      for (Carry carry : new Carry[] {Carry.MODEL, Carry.DOCUMENT}) {
        List<String> whole = tokens(input, unit, carry, CorpusPlan.RANGE_BYTES);
        assertThat(whole).hasSize(30 * (3 + 3 + 1 + 3) + 6);
        assertThat(whole).anySatisfy(row -> assertThat(row).endsWith("\t2\t1\ta\t-0.5\t2\t0"));
        if (unit == ScoreFiles.Unit.DOCUMENT || carry == Carry.MODEL) {
          assertThat(tokens(input, unit, carry, 100)).isEqualTo(whole);
        }
      }
    }
  }

  private static List<String> tokens(Path input, ScoreFiles.Unit unit, Carry carry, long rangeBytes)
      throws IOException {
    Path output = Files.createTempDirectory(folder, "out");
    CorpusSource source = CorpusSource.of(List.of(input.toString()));
    TextScoring.Scorer scorer =
        new TextScoring.Scorer(model.rules(), model.supplier(TestSpark.context()));
    TextScoring.Result result =
        TextScoring.score(
            TestSpark.context(),
            CorpusPlan.of(new Configuration(), source, rangeBytes),
            source,
            List.of(scorer, scorer),
            new LineRules(LineNormalization.CCNET, carry, Mark.YES, Mark.YES),
            new TextScoring.Output(
                output.toString(),
                unit,
                ScoreFiles.Format.TSV,
                TextScoring.Tokens.WRITTEN,
                RowFields.PLACE,
                Buckets.NONE),
            Progress.SILENT);
    List<String> rows = new ArrayList<>();
    double sum = 0;
    for (FileEntry file : result.files()) {
      if (file.path().startsWith("tokens/")) {
        for (String row : Files.readAllLines(output.resolve(file.path()))) {
          String[] cells = row.split("\t", -1);
          assertThat(cells).hasSize(9);
          sum += Double.parseDouble(cells[6]);
          if (cells[3].equals("2")) {
            rows.add(row);
          }
        }
      }
    }
    assertThat(sum * Math.log(10))
        .isCloseTo(-2 * result.models().get(0).score().nats(), within(1e-3));
    rows.sort(null);
    return rows;
  }
}
