package org.seqlm.spark.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.Progress;
import org.seqlm.TestSpark;
import org.seqlm.UserException;
import org.seqlm.artifact.ArtifactKind;
import org.seqlm.artifact.ArtifactWriter;
import org.seqlm.artifact.Manifest;
import org.seqlm.artifact.Overwrite;
import org.seqlm.corpus.plan.BadRecordLimits;
import org.seqlm.corpus.plan.CorpusFormat;
import org.seqlm.corpus.plan.CorpusPlan;
import org.seqlm.corpus.plan.CorpusSource;
import org.seqlm.corpus.plan.DocumentUnit;
import org.seqlm.corpus.scores.Buckets;
import org.seqlm.corpus.scores.RowFields;
import org.seqlm.corpus.scores.TextSample;
import org.seqlm.lm.LanguageModel;
import org.seqlm.lm.Score;
import org.seqlm.lm.Spelling;
import org.seqlm.lm.TextScore;
import org.seqlm.lm.files.DocumentScores;
import org.seqlm.lm.files.ScoreDetails;
import org.seqlm.lm.files.ScoreFiles;
import org.seqlm.neural.CellKind;
import org.seqlm.neural.InputKind;
import org.seqlm.neural.network.InitialParameters;
import org.seqlm.neural.network.LanguageNetwork;
import org.seqlm.neural.plain.Letters;
import org.seqlm.neural.plain.RecurrentLanguageModel;
import org.seqlm.ngram.arpa.TinyArpa;
import org.seqlm.spark.models.PathModel;
import org.seqlm.spark.scoring.lines.LineRules;
import org.seqlm.text.TextRules;
import org.seqlm.text.TokenizerKind;

/** Documents are scored as texts of their own, whole, by several models at once. */
class DocumentScoresTest {
  private static final Configuration CONF = new Configuration();
  private static final LanguageModel NETWORK = network();

  @TempDir static Path folder;
  private static List<TextScoring.Scorer> models;

  /** Its contexts do not end; it knows neither spaces nor line feeds nor z. */
  private static LanguageModel network() {
    LanguageNetwork spec =
        new LanguageNetwork(InputKind.EMBEDDING, 4, CellKind.LSTM, 1, 5, 3, 0, 0);
    float[] parameters = InitialParameters.create(spec, 1);
    for (int i = 0; i < parameters.length; i++) {
      parameters[i] = 3 * parameters[i] + 0.1f * (i % 7 - 3) + 0.2f;
    }
    return new RecurrentLanguageModel(spec, parameters, Letters.vocabulary(3));
  }

  @BeforeAll
  static void start() throws IOException {
    Path arpa = Files.writeString(folder.resolve("tiny.arpa"), TinyArpa.TEXT);
    PathModel words = PathModel.open(CONF, arpa.toString());
    models =
        List.of(
            new TextScoring.Scorer(words.rules(), words.supplier(TestSpark.context())),
            new TextScoring.Scorer(TextRules.of(TokenizerKind.CHAR), () -> NETWORK));
  }

  private static CorpusSource source(Path input, DocumentUnit document) {
    return new CorpusSource(
        List.of(input.toString()),
        CorpusFormat.AUTO,
        "text",
        document,
        BadRecordLimits.DEFAULT,
        1 << 20,
        CorpusSource.DEFAULT_MAX_ZSTD_WINDOW_LOG);
  }

  /** Scores and reads back. */
  private static List<DocumentScores.Row> rows(
      Path input, DocumentUnit document, ScoreFiles.Unit unit, long rangeBytes) throws IOException {
    String output = folder.resolve("scores").toString();
    CorpusSource source = source(input, document);
    TextScoring.Result result;
    try (ArtifactWriter writer = ArtifactWriter.create(CONF, output, Overwrite.REPLACE)) {
      result =
          TextScoring.score(
              TestSpark.context(),
              CorpusPlan.of(CONF, source, rangeBytes),
              source,
              models,
              new TextScoring.Output(writer.folder().toString(), unit, ScoreFiles.Format.PARQUET),
              Progress.SILENT);
      result.files().forEach(writer::add);
      writer.publish(
          Manifest.of(
              ArtifactKind.SCORES,
              Map.of(),
              Map.of(),
              1,
              new ScoreDetails(
                  "",
                  List.of("words", "network"),
                  unit,
                  ScoreFiles.Format.PARQUET,
                  result.records(),
                  result.documents(),
                  result.lines(),
                  result.bad())));
    }
    List<DocumentScores.Row> rows = new ArrayList<>();
    try (DocumentScores scores = DocumentScores.open(CONF, output)) {
      assertThat(scores.models()).containsExactly("words", "network");
      for (DocumentScores.Row row = scores.next(); row != null; row = scores.next()) {
        rows.add(row);
      }
      assertThat(scores.next()).isNull();
    }
    for (int m = 0; m < models.size(); m++) {
      int model = m;
      TextScore sum =
          rows.stream().map(row -> row.models().get(model)).reduce(TextScore.NONE, TextScore::plus);
      TextScoring.OfModel told = result.models().get(m);
      assertThat(sum.tokens()).isEqualTo(told.score().tokens());
      assertThat(sum.characters()).isEqualTo(told.characters());
      assertThat(sum.bitsPerCharacter()).isCloseTo(bits(told), within(1e-9));
    }
    return rows;
  }

  /** Bits a character as {@code evaluate} computes them. */
  private static double bits(TextScoring.OfModel of) {
    Score score = of.score();
    return (score.nats() + Spelling.nats(score.unknown(), of.unknownBytes()))
        / Math.log(2)
        / of.characters();
  }

  /** What {@code evaluate} makes of a text. */
  private static List<TextScoring.OfModel> evaluated(Path input, DocumentUnit document)
      throws IOException {
    CorpusSource source = source(input, document);
    return TextScoring.score(
            TestSpark.context(), CorpusPlan.of(CONF, source), source, models, null, Progress.SILENT)
        .models();
  }

  private static String text(Random random, int lines) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < lines; i++) {
      int words = random.nextInt(4) == 0 ? 0 : random.nextInt(9);
      for (int k = 0; k < words; k++) {
        text.append(k == 0 ? "" : " ")
            .append(random.nextInt(5) == 0 ? "zébra" : "ab".charAt(random.nextInt(2)));
      }
      text.append('\n');
    }
    return text.toString();
  }

  /** In the order of the input, those that are cut among them, whatever the ranges. */
  @Test
  void documentsAreWholeWhereverTheyAreCut() throws IOException {
    Random random = new Random(5);
    Path input = Files.createTempDirectory(folder, "in");
    for (int file = 0; file < 3; file++) {
      Files.writeString(input.resolve("f" + file + ".txt"), text(random, 60));
    }
    Files.writeString(input.resolve("f1.jsonl"), "{\"text\":\"a b\\nzz\"}\n{\"text\":\"b a\"}\n");
    List<DocumentScores.Row> whole =
        rows(input, DocumentUnit.BLANK_LINE, ScoreFiles.Unit.DOCUMENT, 1 << 20);
    assertThat(whole).hasSizeGreaterThan(20);
    for (long rangeBytes : new long[] {90, 400}) {
      List<DocumentScores.Row> cut =
          rows(input, DocumentUnit.BLANK_LINE, ScoreFiles.Unit.DOCUMENT, rangeBytes);
      assertThat(cut).isEqualTo(whole);
    }
  }

  /** Once each, whoever reads the document. */
  @Test
  void tokensOfDocumentsAreThoseOfTheWholeWhereverTheyAreCut() throws IOException {
    Path input = Files.createTempDirectory(folder, "in");
    Files.writeString(input.resolve("f0.txt"), "\n \n" + text(new Random(6), 60));
    Files.writeString(input.resolve("f1.txt"), text(new Random(7), 60));
    for (DocumentUnit document :
        List.of(DocumentUnit.BLANK_LINE, DocumentUnit.FILE, DocumentUnit.RECORD)) {
      List<String> whole = tokens(input, document, 1 << 20);
      assertThat(whole).hasSizeGreaterThan(200).doesNotHaveDuplicates();
      for (long rangeBytes : new long[] {40, 90, 400}) {
        assertThat(tokens(input, document, rangeBytes)).isEqualTo(whole);
      }
    }
  }

  /** The rows, sorted: those of documents that are cut stand in files of their own. */
  private static List<String> tokens(Path input, DocumentUnit document, long rangeBytes)
      throws IOException {
    Path output = Files.createTempDirectory(folder, "out");
    CorpusSource source = source(input, document);
    TextScoring.score(
        TestSpark.context(),
        CorpusPlan.of(CONF, source, rangeBytes),
        source,
        models,
        new TextScoring.Output(
            output.toString(),
            ScoreFiles.Unit.DOCUMENT,
            ScoreFiles.Format.TSV,
            TextScoring.Tokens.WRITTEN,
            RowFields.PLACE,
            Buckets.NONE),
        Progress.SILENT);
    List<String> rows = new ArrayList<>();
    try (DirectoryStream<Path> files =
        Files.newDirectoryStream(output.resolve("tokens"), "*.tsv")) {
      for (Path file : files) {
        rows.addAll(Files.readAllLines(file));
      }
    }
    rows.sort(null);
    return rows;
  }

  @Test
  void aSampleOfDocumentsThatAreAllCutIsToldAsSuch() throws IOException {
    Path input = Files.createTempDirectory(folder, "in");
    Files.writeString(input.resolve("one.txt"), "a b\n".repeat(100));
    CorpusSource source = source(input, DocumentUnit.FILE);
    CorpusPlan plan = CorpusPlan.of(CONF, source, 90);
    assertThatThrownBy(
            () ->
                LearntCutoffs.sample(
                    TestSpark.context(),
                    plan,
                    source,
                    models.get(0),
                    LineRules.DEFAULT,
                    ScoreFiles.Unit.DOCUMENT,
                    TextSample.of(1, 1000, plan.bytes()),
                    Progress.SILENT))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("are cut between tasks");
  }

  /** A document costs what its text alone does, also for a model whose contexts do not end. */
  @Test
  void documentsAreTextsOfTheirOwn() throws IOException {
    Random random = new Random(6);
    Path input = Files.createTempDirectory(folder, "in");
    List<List<TextScoring.OfModel>> alone = new ArrayList<>();
    for (int file = 0; file < 3; file++) {
      Path one = Files.writeString(input.resolve("f" + file), text(random, 20));
      alone.add(evaluated(one, DocumentUnit.FILE));
    }
    for (long rangeBytes : new long[] {1 << 20, 100}) {
      List<DocumentScores.Row> rows =
          rows(input, DocumentUnit.FILE, ScoreFiles.Unit.DOCUMENT, rangeBytes);
      assertThat(rows).hasSize(3);
      for (int d = 0; d < 3; d++) {
        assertThat(rows.get(d).path()).endsWith("f" + d);
        assertThat(rows.get(d).lines()).isEqualTo(20);
        for (int m = 0; m < 2; m++) {
          TextScore score = rows.get(d).models().get(m);
          assertThat(score.unknown()).isPositive();
          assertThat(score.bitsPerCharacter()).isCloseTo(bits(alone.get(d).get(m)), within(1e-9));
        }
      }
    }
  }

  /** Lines of the whole text sum up to what evaluate tells, in one range. */
  @Test
  void linesSumUpToBitsACharacter() throws IOException {
    Path input = Files.writeString(folder.resolve("text"), text(new Random(7), 50));
    List<TextScoring.OfModel> evaluated = evaluated(input, DocumentUnit.LINE);
    List<DocumentScores.Row> rows =
        rows(input, DocumentUnit.LINE, ScoreFiles.Unit.LINE, CorpusPlan.RANGE_BYTES);
    for (int m = 0; m < 2; m++) {
      int model = m;
      TextScore sum =
          rows.stream().map(row -> row.models().get(model)).reduce(TextScore.NONE, TextScore::plus);
      assertThat(sum.bitsPerCharacter()).isCloseTo(bits(evaluated.get(m)), within(1e-9));
    }
    // By hand: an unknown word of 6 bytes pays for itself and its end, 7 ln 257.
    Path one = Files.writeString(folder.resolve("one"), "a zébra\n");
    TextScore words =
        rows(one, DocumentUnit.LINE, ScoreFiles.Unit.LINE, CorpusPlan.RANGE_BYTES)
            .get(0)
            .models()
            .get(0);
    assertThat(words.tokens()).isEqualTo(3);
    assertThat(words.characters()).isEqualTo(8);
    assertThat(words.log10()).isCloseTo(-0.5 + (-0.5 - 2) - 1.5, within(1e-6));
    assertThat(words.spellingLog10()).isCloseTo(-7 * Math.log10(257), within(1e-12));
    assertThat(words.bits()).isCloseTo((4.5 + 7 * Math.log10(257)) / Math.log10(2), within(1e-5));
  }

  @Test
  void damagedFilesAreNamed() throws IOException {
    Path input = Files.writeString(folder.resolve("damage"), "a b\n");
    rows(input, DocumentUnit.LINE, ScoreFiles.Unit.LINE, CorpusPlan.RANGE_BYTES);
    Path output = folder.resolve("scores");
    Path part;
    try (var files = Files.walk(output)) {
      part = files.filter(file -> file.toString().endsWith(".parquet")).findFirst().orElseThrow();
    }
    byte[] bytes = Files.readAllBytes(part);
    Files.write(
        part,
        "no Parquet"
            .repeat(bytes.length)
            .substring(0, bytes.length)
            .getBytes(StandardCharsets.UTF_8));
    try (DocumentScores scores = DocumentScores.open(CONF, output.toString())) {
      assertThatThrownBy(scores::next)
          .isInstanceOf(UserException.class)
          .hasMessageContaining("part-00000.parquet is damaged");
    }
    Files.delete(part);
    assertThatThrownBy(() -> DocumentScores.open(CONF, output.toString()))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("part-00000.parquet is missing");
  }
}
