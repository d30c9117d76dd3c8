package org.seqlm.doctor;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.seqlm.ExitCode;

/**
 * What a check says of one process; of several that it says the same of, one finding.
 *
 * @param key what must be equal for two processes to share a finding, beside the rest
 */
record Verdict(String key, Status status, ExitCode exit, String remedy) {
  static Verdict ok(String key) {
    return new Verdict(key, Status.OK, ExitCode.DONE, "");
  }

  static Verdict warn(String key, String remedy) {
    return new Verdict(key, Status.WARN, ExitCode.DONE, remedy);
  }

  static Verdict fail(String key, String remedy) {
    return new Verdict(key, Status.FAIL, ExitCode.PLATFORM, remedy);
  }

  static Verdict refuse(String key, String remedy) {
    return new Verdict(key, Status.FAIL, ExitCode.CONFIGURATION, remedy);
  }

  /** Findings of a check; what was found is the verdict's key. */
  static List<Finding> findings(
      String check, List<ProcessFacts> all, Function<ProcessFacts, Verdict> judge) {
    return findings(check, all, all, judge, (verdict, group) -> verdict.key);
  }

  /** What was found of processes of one verdict. */
  @FunctionalInterface
  interface Found {
    String of(Verdict verdict, List<ProcessFacts> group);
  }

  /**
   * Findings of a check about some processes, in their order.
   *
   * @param judged those that it is about
   * @param all the application's
   * @param judge null for a process of which nothing is said
   */
  static List<Finding> findings(
      String check,
      List<ProcessFacts> judged,
      List<ProcessFacts> all,
      Function<ProcessFacts, Verdict> judge,
      Found found) {
    Map<Verdict, List<ProcessFacts>> groups = new LinkedHashMap<>();
    for (ProcessFacts process : judged) {
      Verdict verdict = judge.apply(process);
      if (verdict != null) {
        groups.computeIfAbsent(verdict, of -> new ArrayList<>()).add(process);
      }
    }
    List<Finding> findings = new ArrayList<>();
    groups.forEach(
        (verdict, group) ->
            findings.add(
                new Finding(
                    check,
                    Places.of(group, all),
                    found.of(verdict, group),
                    verdict.status,
                    verdict.exit,
                    verdict.remedy)));
    return findings;
  }
}
