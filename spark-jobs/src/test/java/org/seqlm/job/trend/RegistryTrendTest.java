package org.seqlm.job.trend;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.Test;
import org.seqlm.job.NgramsOutcomes;

/** What {@code RetrainTest} does not show of it. */
class RegistryTrendTest {
  private static String link(String from, String to) {
    return RegistryTrend.link(new Path(from), new Path(to));
  }

  @Test
  void linksAreRelativeWhereBothMayBeCopied() {
    assertThat(link("file:/a/nights/trend.html", "file:/a/nights/2026-11-28/report.html"))
        .isEqualTo("./2026-11-28/report.html");
    assertThat(link("file:/a/nights/trend.html", "file:/a/models/versions/x/report.html"))
        .isEqualTo("../models/versions/x/report.html");
    assertThat(link("file:/trend.html", "file:/report.html")).isEqualTo("./report.html");
    assertThat(link("hdfs://n:9/a/t.html", "hdfs://n:9/b c/ä#?.html"))
        .isEqualTo("../b%20c/%C3%A4%23%3F.html");
    assertThat(link("hdfs://n/a/t.html", "hdfs://m/a/r.html")).isEqualTo("hdfs://m/a/r.html");
    assertThat(link("file:/a/t.html", "s3a://bucket/a/r.html")).isEqualTo("s3a://bucket/a/r.html");
  }

  @Test
  void mistakesAreTold() {
    NgramsOutcomes.Outcome nothing = NgramsOutcomes.run("trend");
    assertThat(nothing.code()).isEqualTo(2);
    assertThat(nothing.errors()).contains("give --registry DIR").contains("give --output");
    assertThat(NgramsOutcomes.run("trend", "--registry", "/no/such", "--output", "t.html").errors())
        .contains("/no/such");
  }
}
