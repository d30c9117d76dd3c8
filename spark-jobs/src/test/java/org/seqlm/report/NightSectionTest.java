package org.seqlm.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.seqlm.metrics.Night;
import org.seqlm.report.ReportModel.NightPart;

/** What the page tells of a night beside its decision. */
class NightSectionTest {
  private static final Night.Drift DRIFT =
      new Night.Drift(
          "nights/2026-03-01/dataset",
          0.025,
          0.01,
          0.3,
          0.2,
          0.005,
          List.of(new Night.NewNgrams(2, 0.4, null)),
          null,
          2.0,
          List.of("walrus", "of"),
          List.of());
  private static final Night.Ngrams NGRAMS =
      new Night.Ngrams(
          3000,
          2000,
          250,
          List.of(250L, 900L),
          List.of(new Night.Bits("champion", 1.5), new Night.Bits("2-gram mle", null)));

  private static String page(Night.Drift drift, Night.Ngrams ngrams, Night.Samples samples) {
    Night night =
        new Night(
            "2026-03-02",
            "kept",
            List.of("because"),
            1,
            0,
            null,
            List.of(),
            List.of(),
            new Night.Text(10, 100, 50, 1, 0.01),
            null,
            drift,
            ngrams,
            samples,
            List.of(),
            Map.of());
    return HtmlReport.render(
        new ReportModel(
            "night",
            List.of(new NightPart("night", night)),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of()));
  }

  @Test
  void whatWasLeftOutHasNoPart() {
    assertThat(page(null, null, null))
        .contains("What came in")
        .doesNotContain("How far it is from", "Beside counted n-grams", "What they write");
  }

  @Test
  void everyPartIsTold() {
    String page =
        page(
            DRIFT,
            NGRAMS,
            new Night.Samples(
                2,
                1,
                3,
                1,
                List.of(new Night.Pair("<b>Once", "a <i>cow", "[withheld: 8 tokens]"))));
    assertThat(page)
        .contains("2.500 %", "tokens that end a new 2-gram", "40.000 %")
        .contains("0.30000 bits", "0.20000 on average; p = 0.005", "walrus · of")
        .doesNotContain("the champion's bits a character", "New words in most")
        .contains("1.5000", "2-gram mle", "3,000 tokens and 250 words; 1,000 of the tokens")
        .contains("2 texts, held against the train split of 3 datasets (1 dataset more of the line")
        .contains("1 withheld", "&lt;b&gt;Once", "a &lt;i&gt;cow", "[withheld: 8 tokens]");
  }

  @Test
  void samplesThatNobodyCanCheckAreNotShown() {
    assertThat(page(null, null, new Night.Samples(0, 0, 2, 1, List.of())))
        .contains("None is shown: 1 dataset of the champion&#39;s line was pruned (keep.nights)")
        .contains("unchecked-samples");
  }
}
