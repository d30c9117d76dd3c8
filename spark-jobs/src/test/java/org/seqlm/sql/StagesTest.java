package org.seqlm.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.TestSpark;

/** Stages of pipelines append what the functions of SQL give. */
class StagesTest {
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
    documents = SqlModels.documents(session, 30);
  }

  private static void assertSame(Dataset<Row> given, String... expressions) {
    Dataset<Row> expected = documents.selectExpr(expressions);
    assertThat(given.collectAsList()).isEqualTo(expected.collectAsList());
    assertThat(given.columns()).isEqualTo(expected.columns());
  }

  private static void assertSchema(
      org.apache.spark.ml.PipelineStage stage, Dataset<Row> transformed) {
    assertThat(stage.transformSchema(documents.schema())).isEqualTo(transformed.schema());
  }

  @Test
  void scorersAppendScores() {
    NgramScorer scorer = new NgramScorer().setModelPath(arpa);
    assertSchema(scorer, scorer.transform(documents));
    assertSame(scorer.transform(documents), "*", "seqlm_score('" + arpa + "', text) as score");
    scorer.setOutputCol("s").setFields(new String[] {"perplexity", "tokens"});
    assertSchema(scorer, scorer.transform(documents));
    assertSame(
        scorer.transform(documents),
        "*",
        "seqlm_perplexity('" + arpa + "', text) as s_perplexity",
        "seqlm_tokens('" + arpa + "', text) as s_tokens");
    scorer.setUnit("line");
    assertSchema(scorer, scorer.transform(documents));
    LstmScorer lstm = new LstmScorer().setModelPath(network).setUnit("line");
    assertSchema(lstm, lstm.transform(documents));
    assertSame(
        lstm.transform(documents), "*", "seqlm_score_lines('" + network + "', text) as score");
    assertThat(lstm.copy(new ParamMap()).getModelPath()).isEqualTo(network);
  }

  @Test
  void tokenizersAppendTokensAndIds() {
    TextTokenizer words = new TextTokenizer().setLetterCase("lower");
    assertSchema(words, words.transform(documents));
    assertThat(words.transform(documents.limit(0).union(one("Ab c, D\nE"))).first().getList(2))
        .isEqualTo(List.of("ab", "c", "d", "e"));
    TextTokenizer chain =
        new TextTokenizer().setChain("[lowercase, {words: {emoji: drop}}, own-backwards]");
    assertSchema(chain, chain.transform(documents));
    assertThat(
            chain
                .transform(documents.limit(0).union(one("Ab 3/4 😀\nمی\u200Cروم")))
                .first()
                .getList(2))
        .isEqualTo(List.of("ba", "4/3", "مور\u200Cیم"));
    TextTokenizer ofModel = new TextTokenizer().setModelPath(arpa).setIdsCol("ids");
    assertSchema(ofModel, ofModel.transform(documents));
    assertSame(
        ofModel.transform(documents),
        "*",
        "seqlm_tokenize('" + arpa + "', text) as tokens",
        "seqlm_token_ids('" + arpa + "', text) as ids");
  }

  private static Dataset<Row> one(String text) {
    return documents
        .limit(1)
        .select(org.apache.spark.sql.functions.lit(1L), org.apache.spark.sql.functions.lit(text));
  }

  @Test
  void aCounterFitsAScorer() {
    String model = folder.resolve("fitted").toString();
    NgramCounter counter =
        new NgramCounter()
            .setModelPath(model)
            .setOrder(2)
            .setTokenizer("whitespace")
            .setOutputCol("s")
            .setKeys(new String[] {"boundary=document"});
    NgramScorer scorer = counter.fit(documents);
    assertThat(scorer.uid()).isEqualTo(counter.uid());
    assertSame(scorer.transform(documents), "*", "seqlm_score('" + model + "', text) as s");
    assertThatThrownBy(() -> counter.fit(documents))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("exists");
    assertThatThrownBy(() -> counter.setKeys(new String[] {"order=3"}).fit(documents))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("keys has order=3, which has a param of its own");
  }

  @Test
  void whatIsWrongIsToldByTheSchema() {
    StructType schema = documents.schema();
    assertRefused(() -> new NgramScorer().transformSchema(schema), "modelPath is not set");
    NgramScorer scorer = new NgramScorer().setModelPath(arpa);
    assertRefused(
        () -> scorer.setInputCol("body").transformSchema(schema),
        "inputCol is body, which is none of id, text");
    assertRefused(
        () -> scorer.setInputCol("id").setOutputCol("text").transformSchema(schema),
        "inputCol id must be of type string, but is bigint",
        "column text is there already");
    // As the session resolves names.
    assertRefused(
        () -> scorer.setInputCol("ID").setOutputCol("Text").transformSchema(schema),
        "inputCol ID must be of type string",
        "column text is there already");
    assertRefused(
        () -> scorer.setFields(new String[] {"ppl"}).transformSchema(schema),
        "fields has ppl, which is none of tokens, oov, log10");
    assertRefused(
        () -> new NgramScorer().setModelPath(arpa).setUnit("word").transformSchema(schema),
        "unit must be document or line, but is word");
    assertRefused(() -> new LstmScorer().setModelPath(arpa).transform(documents), "is no network");
    assertRefused(
        () -> new NgramScorer().setModelPath(folder + "/none").transform(documents),
        "does not exist");
    assertRefused(
        () -> new TextTokenizer().setKind("sentence").transformSchema(schema), "kind=sentence");
    assertRefused(() -> new TextTokenizer().setIdsCol("i").transformSchema(schema), "modelPath");
    assertRefused(
        () -> new TextTokenizer().setModelPath(arpa).setKind("char").transformSchema(schema),
        "clear kind");
    assertRefused(
        () -> new TextTokenizer().setChain("[wrods]").transformSchema(schema),
        "there is no stage wrods: did you mean words?");
    assertRefused(
        () -> new TextTokenizer().setChain("[words]").setKind("word").transformSchema(schema),
        "the stages of the chain cut the text: clear kind");
    assertRefused(
        () -> new TextTokenizer().setChain("words").transformSchema(schema),
        "must be a list of stages");
    assertThat(schema.add("x", DataTypes.LongType)).isNotEqualTo(schema);
  }

  private static void assertRefused(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable call, String... messages) {
    assertThatThrownBy(call)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll(messages);
  }
}
