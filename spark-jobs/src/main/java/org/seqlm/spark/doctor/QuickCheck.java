package org.seqlm.spark.doctor;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.spark.SparkConf;
import org.apache.spark.util.Utils;
import org.seqlm.UserException;
import org.seqlm.doctor.DiskProbe;
import org.seqlm.doctor.Finding;
import org.seqlm.doctor.MachineRules;
import org.seqlm.doctor.NativeRules;
import org.seqlm.doctor.ProcessFacts;
import org.seqlm.doctor.Status;
import org.seqlm.doctor.VersionRules;

/**
 * What costs next to nothing of the doctor's visit, for every command that starts Spark: the
 * driver's versions, and whether its local disks can be written to and have any room.
 */
public final class QuickCheck {
  private QuickCheck() {}

  /**
   * A line about what is not well; empty if all is.
   *
   * @throws UserException with exit code 5 if Spark, started with this, would end the process
   */
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
    Optional<String> line = line(findings);
    if (!driver.canSpill()) {
      throw UserException.platform(line.orElseThrow());
    }
    return line;
  }

  /**
   * The same about the folder of native libraries, for commands that train. Where they lie there
   * already they need no more room.
   */
  public static Optional<String> nativesWarning() {
    return nativesWarning(NativeProbe.folder());
  }

  /** The same of a folder; null if none can be made. */
  static Optional<String> nativesWarning(Path folder) {
    ProcessFacts.Cache cache =
        new ProcessFacts.Cache(
            folder == null ? null : folder.toString(),
            null,
            folder == null ? 0 : folder.toFile().getUsableSpace(),
            folder == null ? 0 : NativeProbe.unpacked(folder),
            0);
    return line(NativeRules.cache(cache));
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
            + ": "
            + first.found()
            + ": "
            + first.remedy()
            + (bad.size() > 1 ? "; and " + (bad.size() - 1) + " more" : "")
            + " (seqlm doctor looks at all of it)");
  }
}
