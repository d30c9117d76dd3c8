package org.seqlm.sql;

import static org.apache.spark.sql.functions.call_udf;
import static org.apache.spark.sql.functions.lit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.seqlm.Progress;
import org.seqlm.TestSpark;
import org.seqlm.corpus.plan.BadRecordLimits;
import org.seqlm.corpus.plan.CorpusFormat;
import org.seqlm.corpus.plan.CorpusPlan;
import org.seqlm.corpus.plan.CorpusSource;
import org.seqlm.corpus.plan.DocumentUnit;
import org.seqlm.lm.files.ScoreFiles;
import org.seqlm.spark.models.PathModel;
import org.seqlm.spark.scoring.TextScoring;

/** Functions of SQL give what {@code score} gives. */
class SeqlmFunctionsTest {
  private static final String SCORE = "tokens, oov, log10, characters, spelling_log10";

  @TempDir static Path folder;
  private static SparkSession session;
  private static String arpa;
  private static String network;
  private static Dataset<Row> documents;

  @BeforeAll
  static void start() throws IOException {
    session = TestSpark.session().newSession();
    SeqlmFunctions.register(session);
    arpa = SqlModels.arpa(folder);
    network = SqlModels.network(folder);
    documents = SqlModels.documents(session, 60);
    documents.createOrReplaceTempView("docs");
  }

  private static List<Row> ask(String query, Object... arguments) {
    return session.sql(String.format(Locale.ROOT, query, arguments)).collectAsList();
  }

  private static Row one(String query, Object... arguments) {
    return ask(query, arguments).get(0);
  }

  /** What {@code score} makes of the documents as Parquet, by record. */
  private static Map<Long, List<Row>> scored(String model, ScoreFiles.Unit unit)
      throws IOException {
    Path input = Files.createTempDirectory(folder, "in").resolve("docs.parquet");
    documents.coalesce(1).write().parquet(input.toString());
    Path output = Files.createTempDirectory(folder, "scores");
    CorpusSource source =
        new CorpusSource(
            List.of(input.toString()),
            CorpusFormat.PARQUET,
            "text",
            DocumentUnit.AUTO,
            new BadRecordLimits(1, 0),
            1 << 20,
            CorpusSource.DEFAULT_MAX_ZSTD_WINDOW_LOG);
    PathModel opened = PathModel.open(new Configuration(), model);
    TextScoring.score(
        TestSpark.context(),
        CorpusPlan.of(new Configuration(), source),
        source,
        List.of(new TextScoring.Scorer(opened.rules(), opened.supplier(TestSpark.context()))),
        new TextScoring.Output(output.toString(), unit, ScoreFiles.Format.PARQUET),
        Progress.SILENT);
    Map<Long, List<Row>> rows = new TreeMap<>();
    for (Row row :
        session
            .read()
            .parquet(output.resolve("scores").toString())
            .selectExpr("record - 1", "struct(" + SCORE + ")")
            .collectAsList()) {
      rows.computeIfAbsent(row.getLong(0), id -> new ArrayList<>()).add(row.getStruct(1));
    }
    return rows;
  }

  @ParameterizedTest
  @ValueSource(strings = {"arpa", "network"})
  void documentsGetTheNumbersOfScore(String which) throws IOException {
    String model = which.equals("arpa") ? arpa : network;
    Map<Long, List<Row>> expected = scored(model, ScoreFiles.Unit.DOCUMENT);
    assertThat(expected).hasSizeGreaterThan(50);
    for (int partitions : new int[] {1, 7}) {
      documents.repartition(partitions).createOrReplaceTempView("parted");
      Map<Long, List<Row>> given = new TreeMap<>();
      for (Row row :
          ask(
              "select id, struct(s.tokens, s.oov, s.log10, s.characters, s.spelling_log10) from"
                  + " (select id, seqlm_score('%s', text) as s from parted) where s is not null",
              model)) {
        given.put(row.getLong(0), List.of(row.getStruct(1)));
      }
      assertThat(given).isEqualTo(expected);
    }
  }

  /** Of a model that forgets at line ends, lines are the same in either unit. */
  @Test
  void linesGetTheNumbersOfScore() throws IOException {
    Map<Long, List<Row>> given = new TreeMap<>();
    for (Row row :
        ask(
            "select id, transform(seqlm_score_lines('%s', text), l -> struct(l.tokens, l.oov,"
                + " l.log10, l.characters, l.spelling_log10)) from docs where text is not null",
            arpa)) {
      given.put(row.getLong(0), row.<Row>getList(1));
    }
    assertThat(given).isEqualTo(scored(arpa, ScoreFiles.Unit.LINE));
  }

  /** a b </s>, and z </s>: -0.5 - 0.75 - 0.625, and -0.25 - 2 - 1.5. */
  @Test
  void aTextWorkedByHand() {
    Row row =
        one(
            "select seqlm_log10('%1$s', t), seqlm_tokens('%1$s', t), seqlm_perplexity('%1$s', t),"
                + " seqlm_score('%1$s', t).oov, seqlm_score('%1$s', t).bits_per_character,"
                + " seqlm_tokenize('%1$s', t), seqlm_token_ids('%1$s', t)"
                + " from (select 'a b\\nz' as t from docs limit 1)",
            arpa);
    double log10 = -0.5 - 0.75 - 0.625 - 0.25 - 2 - 1.5;
    assertThat(row.getDouble(0)).isCloseTo(log10, within(1e-6));
    assertThat(row.getLong(1)).isEqualTo(5);
    assertThat(row.getDouble(2)).isCloseTo(Math.pow(10, -log10 / 5), within(1e-5));
    assertThat(row.getLong(3)).isEqualTo(1);
    assertThat(row.getDouble(4))
        .isCloseTo((-log10 + 2 * Math.log10(257)) / Math.log10(2) / 6, within(1e-5));
    assertThat(row.getList(5)).isEqualTo(List.of("a", "b", "z"));
    List<Integer> ids = row.getList(6);
    assertThat(ids).hasSize(3).endsWith(0).doesNotHaveDuplicates();
    assertThat(one("select seqlm_tokenize('%s', 'a\\nb\\n') from docs", network).getList(0))
        .isEqualTo(List.of("a", "\n", "b", "\n"));
  }

  @Test
  void nullAndWhatIsNoTextGiveNull() {
    Row row =
        one(
            "select seqlm_score('%1$s', t), seqlm_perplexity('%1$s', t),"
                + " seqlm_score_lines('%1$s', t), seqlm_tokenize('%1$s', t), seqlm_log10('%1$s',"
                + " cast(b as string)), seqlm_tokens('%1$s', null) from (select text"
                + " as t, X'61FF' as b from docs where text is null limit 1)",
            arpa);
    for (int i = 0; i < row.size(); i++) {
      assertThat(row.get(i)).as("column %s", i).isNull();
    }
  }

  /** Without Spark's own compiler for queries, and in a filter. */
  @ParameterizedTest
  @EnumSource
  void everyWayOfEvaluatingIsTheSame(Way way) {
    String query = "select id from docs where seqlm_perplexity('%s', text) > 10 order by id";
    List<Row> expected = ask(query, arpa);
    assertThat(expected).hasSizeBetween(5, 50);
    session.conf().set("spark.sql.codegen.wholeStage", "false");
    session.conf().set("spark.sql.codegen.factoryMode", way.name());
    try {
      assertThat(ask(query, arpa)).isEqualTo(expected);
    } finally {
      session.conf().unset("spark.sql.codegen.wholeStage");
      session.conf().unset("spark.sql.codegen.factoryMode");
    }
  }

  enum Way {
    CODEGEN_ONLY,
    NO_CODEGEN
  }

  @Test
  void aModelIsOneConstantString() {
    assertRefused(
        "select seqlm_log10(text, text) from docs",
        "seqlm_log10 needs a constant string for its model's path, but docs.text may differ from"
            + " row to row: write seqlm_log10('MODEL', text), one call for each model");
    assertRefused(
        "select seqlm_score(7, text) from docs",
        "seqlm_score needs a constant string for its model's path, but 7 is of type INT");
    assertRefused(
        "select seqlm_score(cast(null as string), text) from docs", "is null: write the model's");
    assertRefused(
        "select seqlm_tokens(text) from docs",
        "seqlm_tokens takes a model's path and a text, but has 1 argument: write"
            + " seqlm_tokens('MODEL', text)");
    assertRefused(
        "select seqlm_perplexity('" + folder + "/none', text) from docs",
        "seqlm_perplexity: " + folder + "/none does not exist");
    assertRefused("select seqlm_perplexity('" + arpa + "', id) from docs", "DATATYPE_MISMATCH");
    // What is computed from constants is one.
    assertThat(
            one("select seqlm_tokens(concat('%s', '/', 'tiny.arpa'), 'a b') from docs", folder)
                .getLong(0))
        .isEqualTo(3);
  }

  private static void assertRefused(String query, String message) {
    assertThatThrownBy(() -> session.sql(query))
        .isInstanceOf(AnalysisException.class)
        .hasMessageContaining(message);
  }

  /** As spark.sql.extensions gives them to every session. */
  @Test
  void extensionsGiveThemToNewSessions() {
    SparkSession before = TestSpark.session();
    SparkSession.clearActiveSession();
    SparkSession.clearDefaultSession();
    try {
      SparkSession extended =
          SparkSession.builder().withExtensions(new SeqlmExtensions()).getOrCreate();
      for (SparkSession each : List.of(extended, extended.newSession())) {
        Dataset<Row> few = SqlModels.documents(each, 3);
        assertThat(few.select(call_udf("seqlm_tokens", lit(arpa), lit("a b"))).first().get(0))
            .isEqualTo(3L);
        assertThat(each.sql("describe function seqlm_score").collectAsList().toString())
            .contains("seqlm_score(model, text)");
      }
    } finally {
      SparkSession.setDefaultSession(before);
      SparkSession.clearActiveSession();
    }
  }

  /** Two functions of one model and text are one score. */
  @Test
  void aTextIsScoredOnceAQuery() {
    String plan =
        session
            .sql(
                "select seqlm_log10('"
                    + arpa
                    + "', text) + seqlm_tokens('"
                    + arpa
                    + "', text) from docs")
            .queryExecution()
            .optimizedPlan()
            .expressions()
            .mkString();
    assertThat(plan.split("seqlm_score", -1)).hasSize(3);
  }

  @Test
  void filtersSayWhatTheCommandSays() {
    String filters = "[{\"c4\": {\"min-sentences\": 1}}, {\"length\": {\"min-words\": 6}}]";
    String call = "select seqlm_quality('" + filters + "', '%s') from docs limit 1";
    Row kept = one(call, "A good line has six words.\\nBut this one goes\\n").getStruct(0);
    assertThat(kept.getBoolean(0)).isTrue();
    assertThat(kept.isNullAt(1)).isTrue();
    assertThat(kept.getJavaMap(2)).isEmpty();
    assertThat(kept.getJavaMap(3))
        .containsEntry("length.words", 6.0)
        .containsEntry("c4.sentences", 1.0);
    assertThat(kept.getString(4)).isEqualTo("A good line has six words.");
    Row removed = one(call, "This is only five words.").getStruct(0);
    assertThat(removed.getBoolean(0)).isFalse();
    assertThat(removed.getString(1)).isEqualTo("length.words");
    assertThat(removed.getJavaMap(2)).isEqualTo(Map.of("length.words", 5.0));
    assertThat(removed.isNullAt(4)).isTrue();
    // What no filter changes stays as it is; null gives null.
    assertThat(
            one("select seqlm_quality('length:min-bytes=1, unicode', 'a\\n').text from docs")
                .getString(0))
        .isEqualTo("a\n");
    assertThat(
            one("select seqlm_quality('length:min-bytes=1', cast(null as string)) from docs")
                .isNullAt(0))
        .isTrue();
    assertThat(ask("select seqlm_quality('length:min-bytes=1,gopher-repetition', text) from docs"))
        .hasSize((int) documents.count());
    assertRefused(
        "select seqlm_quality('gopher', text) from docs", "filters has gopher, which is none");
    assertRefused("select seqlm_quality(text, text) from docs", "one call for each list");
    assertRefused("select seqlm_quality('[', text) from docs", "filters are no list of JSON: [");
    assertRefused(
        "select seqlm_quality(text) from docs", "takes filters and a text, but has 1 argument");
  }

  @Test
  void languages() {
    Row told =
        one(
            "select seqlm_language('Where is the nearest station, please?'),"
                + " seqlm_language('نزدیک‌ترین ایستگاه کجاست؟'), seqlm_language('12') from docs");
    assertThat(told.getString(0)).isEqualTo("en");
    assertThat(told.getString(1)).isEqualTo("fa");
    assertThat(told.isNullAt(2)).isTrue();
  }
}
