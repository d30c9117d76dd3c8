package org.seqlm.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.seqlm.TestSpark;
import org.seqlm.duplicates.Bands;
import org.seqlm.duplicates.DocumentSketcher;
import org.seqlm.duplicates.ShingleRules;
import org.seqlm.text.WordsHash;

class LikenessFunctionsTest {
  private static SparkSession session;

  @BeforeAll
  static void start() {
    session = TestSpark.session().newSession();
    SeqlmFunctions.register(session);
  }

  private static Row ask(String text) {
    session
        .createDataset(List.of(text), Encoders.STRING())
        .toDF("text")
        .createOrReplaceTempView("likeness");
    return session
        .sql(
            "SELECT seqlm_text_hash(text), seqlm_minhash(text), seqlm_minhash_bands(text) FROM"
                + " likeness")
        .head();
  }

  /** What the job computes of the same text. */
  @Test
  void valuesAreThoseOfTheJob() {
    String text = "One two, three; four\nfive six";
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    Row row = ask(text);
    assertThat(row.getLong(0)).isEqualTo(new WordsHash().add(utf8, 0, utf8.length).value());
    assertThat(row.getList(1)).hasSize(96);
    DocumentSketcher sketcher = new DocumentSketcher(ShingleRules.DEFAULT, new Bands(16, 6), 1);
    sketcher.clear();
    sketcher.line(utf8, 0, 20);
    sketcher.line(utf8, 21, utf8.length);
    assertThat(row.<Long>getList(2))
        .containsExactlyElementsOf(java.util.Arrays.stream(sketcher.end().keys()).boxed().toList());
    Row other = ask("ONE TWO THREE FOUR FIVE SIX");
    assertThat(other).isEqualTo(row);
    Row none = ask(" - ");
    assertThat(none.getLong(0)).isZero();
    assertThat(none.isNullAt(1)).isTrue();
    assertThat(none.isNullAt(2)).isTrue();
  }

  @Test
  void callsAreChecked() {
    assertThatThrownBy(() -> session.sql("SELECT seqlm_minhash('a', 'b')"))
        .isInstanceOf(AnalysisException.class)
        .hasMessageContaining("seqlm_minhash takes a text, but has 2 arguments");
    ask("x");
    assertThat(
            session
                .sql("SELECT seqlm_text_hash(NULL) FROM likeness")
                .collectAsList()
                .get(0)
                .isNullAt(0))
        .isTrue();
    assertThat(PlainFunctions.info(PlainFunctions.all().get(1)).getUsage())
        .startsWith("seqlm_minhash(text) - A signature");
  }
}
