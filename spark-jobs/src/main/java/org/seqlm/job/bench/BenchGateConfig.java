package org.seqlm.job.bench;

import java.util.List;
import org.seqlm.Problems;
import org.seqlm.bench.gate.NightModel;
import org.seqlm.bench.gate.SimulatedNights;
import org.seqlm.bench.gate.Tail;
import org.seqlm.gate.Carry;
import org.seqlm.gate.Clip;
import org.seqlm.gate.ErrorBudget;
import org.seqlm.gate.Estimand;
import org.seqlm.job.cli.JobConfig;
import org.seqlm.job.cli.JobFiles;

/** See {@code conf/bench-gate.yaml}. */
record BenchGateConfig(
    Gate gate, Nights nights, Errors errors, Power power, double level, long seed, int partitions)
    implements JobConfig {
  private static final int MOST_TRIALS = 1_000_000;
  private static final int MOST_DOCUMENTS = 10_000_000;
  private static final double MOST_BITS = 100;

  /** The gate's evidence: of {@link org.seqlm.gate.GateConfig} what promotes. */
  record Gate(double margin, Estimand estimand, ErrorBudget budget, Clip clip, Carry carry) {
    Gate {
      new Problems()
          .inRange("gate.margin", margin, -MOST_BITS, MOST_BITS)
          .present("gate.estimand", estimand, "give document, cluster, character or token")
          .present("gate.budget", budget, "leave the group as it is")
          .present("gate.clip", clip, "leave the group as it is")
          .present("gate.carry", carry, "leave the group as it is")
          .throwIfAny();
    }
  }

  /**
   * What is drawn.
   *
   * @param documents fresh ones of a night
   * @param championBits the champion's bits a character
   * @param tails of documents' gains
   * @param deviations standard deviations of a document's gain, bits a character
   * @param shared part of the variance that a cluster has in common
   * @param more probability of one more document in a cluster, after each
   * @param characters median of a document
   */
  record Nights(
      int documents,
      double championBits,
      List<Tail> tails,
      List<Double> deviations,
      double shared,
      double more,
      double characters) {
    Nights {
      Problems problems =
          new Problems()
              .inRange("nights.documents", documents, 2, MOST_DOCUMENTS)
              .positive("nights.champion-bits", championBits)
              .present("nights.tails", tails, "give [student]")
              .present("nights.deviations", deviations, "give [0.1]")
              .inRange("nights.shared", shared, 0, 1)
              .inRange("nights.more", more, 0, 0.95)
              .inRange("nights.characters", characters, 1, 1e9);
      if (deviations != null) {
        deviations.forEach(sd -> problems.positive("nights.deviations", sd));
      }
      problems.throwIfAny();
    }
  }

  /**
   * Years without a true gain.
   *
   * @param years each tail and deviation; 0 for none
   */
  record Errors(int years) {
    Errors {
      new Problems().inRange("errors.years", years, 0, MOST_TRIALS).throwIfAny();
    }
  }

  /**
   * Nights with one.
   *
   * @param gains above the margin, parts of the champion's bits a character
   * @param nights each gain, tail and deviation; 0 for none
   * @param wanted part of the nights that are to promote
   * @param mostDocuments to draw, to see how many that takes
   */
  record Power(List<Double> gains, int nights, double wanted, int mostDocuments) {
    Power {
      Problems problems =
          new Problems()
              .present("power.gains", gains, "give [0.02]")
              .inRange("power.nights", nights, 0, MOST_TRIALS)
              .require(
                  wanted > 0 && wanted <= 1,
                  "power.wanted must be greater than 0 and at most 1, but is " + wanted)
              .inRange("power.most-documents", mostDocuments, 2, MOST_DOCUMENTS);
      if (gains != null) {
        gains.forEach(gain -> problems.positive("power.gains", gain));
      }
      problems.throwIfAny();
    }
  }

  BenchGateConfig {
    String group = "leave the group as it is";
    new Problems()
        .present("gate", gate, group)
        .present("nights", nights, group)
        .present("errors", errors, group)
        .present("power", power, group)
        .require(
            level > 0 && level < 1, "level must be greater than 0 and less than 1, but is " + level)
        .require(
            nights == null || power == null || power.mostDocuments() >= nights.documents(),
            "power.most-documents must be at least nights.documents, but is "
                + (power == null ? null : power.mostDocuments()))
        .inRange("partitions", partitions, 0, 1_000_000)
        .throwIfAny();
  }

  /** A tail and a standard deviation each. */
  List<NightModel> models() {
    return nights.tails().stream()
        .flatMap(
            tail ->
                nights.deviations().stream()
                    .map(
                        sd ->
                            new NightModel(
                                tail, sd, nights.shared(), nights.more(), nights.characters())))
        .toList();
  }

  SimulatedNights simulated() {
    return new SimulatedNights(
        gate.margin(),
        gate.estimand(),
        gate.budget(),
        gate.clip(),
        gate.carry(),
        nights.documents());
  }

  @Override
  public JobFiles files() {
    return new JobFiles();
  }
}
