package org.seqlm.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.seqlm.report.HtmlReportTest.assertValid;
import static org.seqlm.report.HtmlReportTest.charts;
import static org.seqlm.report.HtmlReportTest.count;
import static org.seqlm.report.HtmlReportTest.text;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.seqlm.artifact.Json;
import org.seqlm.report.ReportModel.RunStatus;

/** Pages about runs alone. */
class RunsPageTest {
  @Test
  void aRunThatIsNotFinishedSaysSoOnce() throws Exception {
    String page =
        HtmlReport.render(
            new ReportModel(
                "t",
                List.of(),
                List.of(ReportFixture.run(RunStatus.INCOMPLETE, "x")),
                List.of(),
                List.of(),
                List.of(),
                List.of()));
    assertValid(page);
    assertThat(count(text(page).toLowerCase(Locale.ROOT), "not finished")).isEqualTo(1);
    assertThat(text(page)).contains("A training run. ");
  }

  @Test
  void runsAreComparedInATable() throws Exception {
    ReportModel.RunPart run = ReportFixture.run(RunStatus.COMPLETE, "x");
    List<ReportModel.RunPart> runs = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      runs.add(
          new ReportModel.RunPart(
              "run-" + i,
              run.status(),
              run.metrics(),
              null,
              Json.mapper().readTree("{\"input\":\"d\",\"seed\":" + i + "}")));
    }
    String page =
        HtmlReport.render(
            new ReportModel("t", List.of(), runs, List.of(), List.of(), List.of(), List.of()));
    Files.writeString(Path.of("target", "report-runs.html"), page);
    assertValid(page);
    assertThat(text(page))
        .contains("Outcome seed run-0 (best) 2.1647 819,200 84.0 finished 0 run-1 ")
        .doesNotContain("more keys differ");
    assertThat(page)
        .contains("<i class=\"stroke c7 d0\"></i><span dir=\"auto\">run-7<")
        .contains("<i class=\"stroke c0 d1\"></i><span dir=\"auto\">run-8<");
    assertThat(charts(page).get(0).get("series").get(9).get("colour").asInt()).isEqualTo(9);
  }
}
