package org.seqlm.doctor;

import java.util.ArrayList;
import java.util.List;

/** Whom and what an application reaches: its executors, and the folder that is written. */
public final class ReachRules {
  private static final String OUTPUT = "output";

  private ReachRules() {}

  /**
   * Executors.
   *
   * @param registered that Spark had when it was asked last
   * @param answered of them
   * @param expected that the settings ask for; 0 where they leave it open
   * @param dynamic whether Spark lets executors come and go by the work there is
   * @param seconds that were waited
   * @param problem why asking them ended before; empty if it did not
   */
  public record Executors(
      int registered,
      int answered,
      int expected,
      boolean dynamic,
      double seconds,
      String problem) {}

  /** What is to be said of executors, of which some came. */
  public static Finding executors(Executors of) {
    String check = "executors";
    String found =
        of.answered
            + (of.answered == of.registered ? "" : " of " + of.registered)
            + " answered"
            + (of.expected > 0 && of.expected != of.registered
                ? ", " + of.expected + " asked for"
                : "")
            + (of.dynamic ? "; more may come (dynamic allocation)" : "");
    if (!of.problem.isEmpty()) {
      return Finding.fail(
          check,
          ProcessFacts.DRIVER,
          found + ", then: " + of.problem,
          "see the executor's log: natives may not be for its processor, or its memory too little"
              + " (spark.executor.memoryOverhead)");
    }
    if (of.answered < of.registered) {
      return Finding.fail(
          check,
          ProcessFacts.DRIVER,
          found,
          "see the log of those that did not answer within "
              + Math.round(of.seconds)
              + " s, or wait longer (--wait)");
    }
    if (of.registered < of.expected && !of.dynamic) {
      return Finding.warn(
          check,
          ProcessFacts.DRIVER,
          found,
          "the rest did not come within "
              + Math.round(of.seconds)
              + " s (--wait): see in the cluster manager what is free, or ask for fewer"
              + " (spark.executor.instances)");
    }
    return Finding.ok(check, ProcessFacts.DRIVER, found);
  }

  /**
   * How a file system lets one of two writers win.
   *
   * @param row of the table in docs/cluster.md, <i>File systems</i>
   * @param weak whether the later of two may win without the earlier's knowing
   * @param winners of two that wrote one name at one moment
   */
  public record Commit(String row, boolean weak, int winners) {}

  /** What is to be said of writing the output, from the driver and from executors. */
  public static List<Finding> output(String folder, Commit commit, List<ProcessFacts> all) {
    List<Finding> findings = new ArrayList<>();
    if (commit != null) {
      String found =
          folder
              + ": "
              + commit.row
              + ", of two writers "
              + (commit.winners == 1 ? "one won" : commit.winners == 0 ? "none knew" : "both won");
      String alone = "let one job at a time write an output there (docs/cluster.md, File systems)";
      if (commit.winners == 1 && !commit.weak) {
        findings.add(Finding.ok("commit", ProcessFacts.DRIVER, found));
      } else if (commit.weak) {
        findings.add(Finding.warn("commit", ProcessFacts.DRIVER, found, alone));
      } else {
        findings.add(
            Finding.fail(
                "commit",
                ProcessFacts.DRIVER,
                found,
                "this file system does not keep what its kind promises: " + alone));
      }
    }
    List<ProcessFacts> asked = all.stream().filter(one -> one.output() != null).toList();
    findings.addAll(
        Verdict.findings(
            OUTPUT,
            asked,
            all,
            one ->
                one.output().isEmpty()
                    ? Verdict.ok(folder + " can be written")
                    : Verdict.fail(
                        folder + ": " + one.output(),
                        "give an output that every machine reaches and this user may write to, or"
                            + " make room and rights there"),
            (verdict, group) -> verdict.key()));
    return findings;
  }
}
