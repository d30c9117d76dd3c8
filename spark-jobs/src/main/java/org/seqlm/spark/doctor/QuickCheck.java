package org.seqlm.spark.doctor;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.spark.SparkConf;
import org.apache.spark.util.Utils;
import org.seqlm.doctor.DiskProbe;
import org.seqlm.doctor.Finding;
import org.seqlm.doctor.MachineRules;
import org.seqlm.doctor.ProcessFacts;
import org.seqlm.doctor.Status;
import org.seqlm.doctor.VersionRules;

/**
 * What costs next to nothing of the doctor's visit, for every command that starts Spark: the
 * driver's versions, and whether its local disks can be written to and have any room.
 */
public final class QuickCheck {
  private QuickCheck() {}

  /** A line about what is not well; empty if all is. */
  public static Optional<String> warning(SparkConf conf) {
    ProcessFacts driver =
        new ProcessFacts(
            ProcessFacts.DRIVER,
            "",
            ProcessQuestion.versions(),
            null,
            null,
            null,
            null,
            Arrays.stream(Utils.getConfiguredLocalDirs(conf))
                .map(folder -> DiskProbe.of(Path.of(folder), 0))
                .toList(),
            null,
            null);
    List<Finding> findings = new ArrayList<>(VersionRules.of(List.of(driver)));
    findings.addAll(MachineRules.disks(List.of(driver), 0));
    return line(findings);
  }

  /** The first of what is not well, and how much more there is. */
  static Optional<String> line(List<Finding> findings) {
    List<Finding> bad = findings.stream().filter(one -> one.status() != Status.OK).toList();
    if (bad.isEmpty()) {
      return Optional.empty();
    }
    Finding first = bad.get(0);
    return Optional.of(
        first.check()
            + " may fail this job: "
            + first.found()
            + ": "
            + first.remedy()
            + (bad.size() > 1 ? "; and " + (bad.size() - 1) + " more" : "")
            + " (all of it: seqlm doctor)");
  }
}
