package org.seqlm.job.retrain;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import org.seqlm.Problems;
import org.seqlm.artifact.ClaimRules;
import org.seqlm.corpus.night.NightRules;
import org.seqlm.gate.GateConfig;
import org.seqlm.job.cli.JobConfig;
import org.seqlm.job.cli.JobFiles;

/**
 * See {@code conf/retrain.yaml}.
 *
 * @param registry of models
 * @param work where the nights' datasets and runs are; null for the registry's name with {@code
 *     -nights} behind it
 * @param input folders with partitions, and files
 * @param date of the night, {@code YYYY-MM-DD}; null for yesterday's in UTC
 * @param night what is done about odd text
 * @param prepare keys of {@code conf/prepare.yaml}
 * @param train keys of {@code conf/train.yaml}, {@code start-from} apart
 * @param gate between champion and challenger
 * @param frozen a dataset whose test split is scored every night; null for none
 * @param keep what stays of nights before
 * @param concurrent what is done where another retrains the same registry
 * @param exitOnKept the exit code where the champion stays
 */
public record RetrainConfig(
    String registry,
    String work,
    List<String> input,
    String date,
    NightRules night,
    JsonNode prepare,
    JsonNode train,
    GateConfig gate,
    String frozen,
    Keep keep,
    ClaimRules concurrent,
    int exitOnKept,
    long seed,
    int partitions)
    implements JobConfig {

  /**
   * What stays of nights before.
   *
   * @param nights whose datasets and runs stay in the work folder
   * @param versions whose files stay in the registry, beside the champion's, its predecessor's
   */
  public record Keep(int nights, int versions) {
    public Keep {
      new Problems()
          .atLeast("keep.nights", nights, 1)
          .atLeast("keep.versions", versions, 1)
          .throwIfAny();
    }
  }

  public RetrainConfig {
    input = input == null ? List.of() : List.copyOf(input);
    new Problems()
        .present("registry", registry, "give --registry DIR")
        .require(!input.isEmpty(), "input must name at least one folder or file: give --input PATH")
        .require(
            date == null || isDate(date),
            "date must be YYYY-MM-DD, for instance 2026-11-28, but is " + date)
        .present("night", night, "leave the group as it is")
        .present("gate", gate, "leave the group as it is")
        .present("keep", keep, "leave the group as it is")
        .present("concurrent", concurrent, "leave the group as it is")
        .require(
            gate == null || gate.carry().almost() == 1,
            "gate.carry.almost must be 1: a night does not take up a challenger of the night before"
                + " again, it trains another")
        .inRange("exit-on-kept", exitOnKept, 0, 255)
        .require(
            exitOnKept == 0 || exitOnKept > 5,
            "exit-on-kept must be 0 or 6 to 255, as 1 to 5 tell of failures, but is " + exitOnKept)
        .atLeast("partitions", partitions, 0)
        .throwIfAny();
  }

  /** Whether a text is a date as this job writes them. */
  static boolean isDate(String text) {
    try {
      return LocalDate.parse(text).toString().equals(text);
    } catch (DateTimeException e) {
      return false;
    }
  }

  /** The night's date: yesterday's where none is given. */
  LocalDate night(Instant now) {
    return date == null
        ? now.atZone(ZoneOffset.UTC).toLocalDate().minusDays(1)
        : LocalDate.parse(date);
  }

  /** The folder of the nights. */
  String nights() {
    return work == null ? registry + "-nights" : work;
  }

  @Override
  public JobFiles files() {
    JobFiles files = new JobFiles().readsText("--input", input);
    return frozen == null ? files : files.reads("frozen", frozen);
  }
}
