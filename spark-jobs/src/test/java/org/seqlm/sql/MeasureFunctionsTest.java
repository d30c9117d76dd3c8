package org.seqlm.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.seqlm.TestSpark;

class MeasureFunctionsTest {
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
        .createOrReplaceTempView("measured");
    return session
        .sql(
            "SELECT r.*, d.* FROM (SELECT seqlm_readability(text) AS r, seqlm_diversity(text) AS d"
                + " FROM measured)")
        .head();
  }

  /**
   * 30 sentences of four words of one letter, on two lines: LIX 4; a half of each sentence comes of
   * two words, so 4 different ones in any 100 words.
   */
  @Test
  void valuesAreThoseOfTheProfile() {
    Row row = ask("W x y z. ".repeat(15) + "\n" + "W x y z. ".repeat(15));
    assertThat(row.<Long>getAs("sentences")).isEqualTo(30);
    assertThat(row.getLong(1)).isEqualTo(120);
    assertThat(row.<Double>getAs("lix")).isCloseTo(4, within(1e-12));
    assertThat(row.<Double>getAs("flesch")).isCloseTo(206.835 - 1.015 * 4 - 84.6, within(1e-9));
    assertThat(row.<Long>getAs("types")).isEqualTo(4);
    assertThat(row.<Double>getAs("mattr")).isCloseTo(0.04, within(1e-12));
    // w x y z w: 4 of 5; w x y z w x: 4 of 6 end a factor of 6 words.
    assertThat(row.<Double>getAs("mtld")).isCloseTo(6, within(1e-12));
  }

  /** As the profile does: what stands behind the first 20,000 words changes nothing. */
  @Test
  void longTextsAreMeasuredByTheirBeginning() {
    String beginning = "W x y z. ".repeat(5000);
    Row row = ask(beginning + "Others follow! ".repeat(500) + "\nAnd others.");
    assertThat(row).isEqualTo(ask(beginning));
    assertThat(row.getLong(1)).isEqualTo(20_000);
    assertThat(row.<Long>getAs("types")).isEqualTo(4);
  }

  @Test
  void shortTextsHaveCountsOnly() {
    Row row = ask("One two.");
    assertThat(row.<Long>getAs("sentences")).isEqualTo(1);
    assertThat(row.isNullAt(row.fieldIndex("lix"))).isTrue();
    assertThat(row.isNullAt(row.fieldIndex("mtld"))).isTrue();
    assertThat(ask("").<Long>getAs("types")).isZero();
  }
}
