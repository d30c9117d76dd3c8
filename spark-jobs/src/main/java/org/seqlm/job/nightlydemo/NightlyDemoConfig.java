package org.seqlm.job.nightlydemo;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.DateTimeException;
import java.time.LocalDate;
import org.seqlm.Problems;
import org.seqlm.job.cli.JobConfig;
import org.seqlm.job.cli.JobFiles;

/**
 * See {@code conf/nightly-demo.yaml}.
 *
 * @param output folder of text, registry and nights
 * @param first date of night 1, {@code YYYY-MM-DD}
 * @param nights one after the other
 * @param sentences of each
 * @param special which nights are out of the ordinary
 * @param hopelessRate the learning rate of such a night
 * @param retrain keys of {@code conf/retrain.yaml}; registry, input, work and date are the demo's
 */
record NightlyDemoConfig(
    String output,
    String first,
    int nights,
    int sentences,
    Special.Nights special,
    double hopelessRate,
    JsonNode retrain,
    long seed,
    int partitions)
    implements JobConfig {
  NightlyDemoConfig {
    Problems problems =
        new Problems()
            .present("output", output, "give --output DIR")
            .require(
                isDate(first), "first must be YYYY-MM-DD, for instance 2026-03-02, but is " + first)
            .inRange("nights", nights, 1, 366)
            .inRange("sentences", sentences, 100, 10_000_000)
            .present("special", special, "leave the group as it is")
            .positive("hopeless-rate", hopelessRate)
            .atLeast("partitions", partitions, 0);
    if (special != null) {
      special.check(problems, nights);
    }
    problems.throwIfAny();
  }

  private static boolean isDate(String text) {
    try {
      return text != null && LocalDate.parse(text).toString().equals(text);
    } catch (DateTimeException e) {
      return false;
    }
  }

  DemoText text() {
    return new DemoText(seed, LocalDate.parse(first), sentences, special);
  }

  @Override
  public JobFiles files() {
    return new JobFiles().writes("--output", output);
  }
}
