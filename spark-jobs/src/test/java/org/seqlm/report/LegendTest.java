package org.seqlm.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.seqlm.metrics.Evaluation;
import org.seqlm.metrics.PairScore;
import org.seqlm.report.ReportModel.EvaluationPart;

class LegendTest {
  private static Legend of(String... models) {
    return Legend.of(Stream.of(models).map(LegendTest::scored).toList());
  }

  private static EvaluationPart scored(String model) {
    List<PairScore> pairs = List.of(new PairScore(model, "1", 1, 1));
    return new EvaluationPart(
        "e", new Evaluation("d", "test", 1, 1, List.of(), pairs, null, List.of()));
  }

  @Test
  void aModelKeepsItsColourWhereverItAppearsAgain() {
    Legend legend = of("a", "b", "a", "c");
    assertThat(legend.colour("a")).isZero();
    assertThat(legend.colour("b")).isEqualTo(1);
    assertThat(legend.colour("c")).isEqualTo(2);
    assertThat(legend.row("b")).containsEntry("colour", 1).containsEntry("name", "b");
  }

  @Test
  void coloursGoRound() {
    Legend legend = of(IntStream.range(0, 10).mapToObj(i -> "m" + i).toArray(String[]::new));
    assertThat(legend.colour("m7")).isEqualTo(7);
    assertThat(legend.colour("m8")).isZero();
    assertThat(legend.colour("m9")).isEqualTo(1);
  }

  /** Where the palette is used up, lines begin it again, which charts and tables dash. */
  @Test
  void linesPastThePaletteAreToldApart() {
    Legend legend = of(IntStream.range(0, 10).mapToObj(i -> "m" + i).toArray(String[]::new));
    assertThat(legend.colourOfLine("m9")).isEqualTo(9);
    List<ReportModel.RunPart> runs =
        IntStream.range(0, 10)
            .mapToObj(i -> ReportFixture.part("r" + i, ReportModel.RunStatus.COMPLETE))
            .toList();
    Legend alone = Legend.of(List.of(), List.of(), runs);
    assertThat(alone.colourOfRun("r7")).isEqualTo(7);
    assertThat(Legend.stroke(16)).isEqualTo(Map.of("colour", 0, "dashes", 2));
    assertThat(alone.colourOfRun("r9")).isEqualTo(9);
    assertThat(Legend.stroke(7)).isEqualTo(Map.of("colour", 7, "dashes", 0));
    assertThat(Legend.stroke(9)).isEqualTo(Map.of("colour", 1, "dashes", 1));
  }

  /** One model cannot be all of theirs. */
  @Test
  void runsWhoseFoldersHaveOneNameHaveDifferentColours() {
    Legend legend =
        Legend.of(
            List.of(scored("out/run")),
            List.of(),
            Stream.of("a/run", "b/run")
                .map(name -> ReportFixture.part(name, ReportModel.RunStatus.COMPLETE))
                .toList());
    assertThat(legend.colourOfRun("a/run")).isZero();
    assertThat(legend.colourOfRun("b/run")).isEqualTo(1);
  }

  /** Evaluations name a model by its path, a report names a run by its folder below another. */
  @Test
  void aRunHasTheColourOfItsModel() {
    Legend legend = of("out/ngrams", "out/run");
    assertThat(legend.colourOfRun("run")).isEqualTo(1);
    assertThat(legend.colourOfRun("q/run")).isEqualTo(1);
    assertThat(legend.colourOfRun("other")).isZero();
  }

  @Test
  void runsThatNobodyScoredHaveColoursOfTheirOwn() {
    List<ReportModel.RunPart> runs =
        Stream.of("a", "runs/b", "c")
            .map(name -> ReportFixture.part(name, ReportModel.RunStatus.COMPLETE))
            .toList();
    Legend alone = Legend.of(List.of(), List.of(), runs);
    assertThat(alone.colourOfRun("a")).isZero();
    assertThat(alone.colourOfRun("runs/b")).isEqualTo(1);
    assertThat(alone.colourOfRun("c")).isEqualTo(2);
    Legend beside = Legend.of(List.of(scored("out/b")), List.of(), runs);
    assertThat(beside.colourOfRun("runs/b")).isZero();
    assertThat(beside.colourOfRun("a")).isEqualTo(1);
    assertThat(beside.colourOfRun("c")).isEqualTo(2);
  }
}
