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
import org.seqlm.registry.Beginning;

/**
 * See {@code conf/retrain.yaml}.
 *
 * @param registry of models
 * @param begin whether one may begin where there is none
 * @param work where the nights' datasets and runs are; null for the registry's name with {@code
 *     -nights} behind it
 * @param input folders with partitions, and files
 * @param date of the night, {@code YYYY-MM-DD}; null for yesterday's in UTC
 * @param night what is done about odd text
 * @param prepare keys of {@code conf/prepare.yaml}
 * @param train keys of {@code conf/train.yaml}, {@code start-from} apart
 * @param steps that may be left out
 * @param ngrams keys of {@code conf/ngrams.yaml}
 * @param drift keys of {@code conf/drift.yaml}
 * @param driftLimits above which the night ends before it trains
 * @param generate keys of {@code conf/generate.yaml}
 * @param prompts that both models go on from
 * @param uncheckedSamples what is done where not all that the models were trained on is there
 * @param gate between champion and challenger
 * @param frozen a dataset whose test split is scored every night; null for none
 * @param keep what stays of nights before
 * @param concurrent what is done where another retrains the same registry
 * @param exitOnKept the exit code where the champion stays
 */
public record RetrainConfig(
    String registry,
    Beginning begin,
    String work,
    List<String> input,
    String date,
    NightRules night,
    JsonNode prepare,
    JsonNode train,
    Steps steps,
    JsonNode ngrams,
    JsonNode drift,
    DriftLimits driftLimits,
    JsonNode generate,
    List<String> prompts,
    Unchecked uncheckedSamples,
    GateConfig gate,
    String frozen,
    Keep keep,
    ClaimRules concurrent,
    int exitOnKept,
    long seed,
    int partitions)
    implements JobConfig {

  /** Steps of a night; those that are false are left out. */
  public record Steps(boolean drift, boolean count, boolean samples) {}

  /**
   * What ends a night before it trains; null for nothing.
   *
   * @param unknownRate share of unknown tokens, 0 to 1
   * @param excess divergence beyond chance, in bits, 0 to 1
   */
  public record DriftLimits(Double unknownRate, Double excess) {
    public DriftLimits {
      new Problems()
          .inRange("drift-limits.unknown-rate", unknownRate == null ? 0 : unknownRate, 0, 1)
          .inRange("drift-limits.excess", excess == null ? 0 : excess, 0, 1)
          .throwIfAny();
    }
  }

  /** What becomes of samples that cannot be held against all that the models were trained on. */
  public enum Unchecked {
    /** None is shown. */
    WITHHOLD,
    /** They are held against what is there, and how much is not is told. */
    PUBLISH
  }

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

  private static final String WORDS = "hashed-words";

  public RetrainConfig {
    input = input == null ? List.of() : List.copyOf(input);
    prompts = prompts == null ? List.of() : List.copyOf(prompts);
    new Problems()
        .present("registry", registry, "give --registry DIR")
        .present("begin", begin, "give checked, always or never")
        .require(!input.isEmpty(), "input must name at least one folder or file: give --input PATH")
        .require(
            date == null || isDate(date),
            "date must be YYYY-MM-DD, a day of the calendar (--night), for instance 2026-11-28, but"
                + " is "
                + date)
        .present("night", night, "leave the group as it is")
        .present("steps", steps, "leave the group as it is")
        .present("drift-limits", driftLimits, "leave the group as it is")
        .present("unchecked-samples", uncheckedSamples, "give withhold or publish")
        .present("gate", gate, "leave the group as it is")
        .present("keep", keep, "leave the group as it is")
        .present("concurrent", concurrent, "leave the group as it is")
        .require(
            prepare == null || prepare.path("splits").path("method").asText().equals(WORDS),
            "prepare.splits.method must be hashed-words, so that what is held out stays so, but is "
                + (prepare == null ? null : prepare.path("splits").path("method").asText()))
        .require(
            prepare == null || prepare.path("labels").isEmpty(),
            "prepare.labels follow from gate.slices.by: name the fields there, and leave them out"
                + " here")
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
