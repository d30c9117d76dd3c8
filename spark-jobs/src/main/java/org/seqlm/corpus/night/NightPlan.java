package org.seqlm.corpus.night;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.seqlm.UserException;

/**
 * What a night takes.
 *
 * @param night the last date whose text it may take, {@code YYYY-MM-DD}
 * @param take partitions by date and name; those without a date last
 * @param findings but those that are to be ignored, in the order of the partitions
 */
public record NightPlan(String night, List<InputPartition> take, List<Finding> findings) {
  public NightPlan {
    take = List.copyOf(take);
    findings = List.copyOf(findings);
  }

  /** Whether there is nothing to do. */
  public boolean isEmpty() {
    return take.isEmpty();
  }

  /**
   * Ends the night if a policy says so.
   *
   * @throws UserException with exit code 3 and all findings whose policy is to refuse
   */
  public NightPlan orRefuse() {
    String reasons =
        findings.stream()
            .filter(finding -> finding.policy() == FindingPolicy.REFUSE)
            .map(Finding::text)
            .collect(Collectors.joining("; "));
    if (!reasons.isEmpty()) {
      throw UserException.data("the night of " + night + " takes nothing: " + reasons);
    }
    return this;
  }

  /** A few lines for a person. */
  public String describe() {
    long bytes = take.stream().mapToLong(InputPartition::bytes).sum();
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "the night of %s takes %,d %s, %,d bytes",
            night,
            take.size(),
            take.size() == 1 ? "partition" : "partitions",
            bytes));
    for (InputPartition one : take) {
      text.append(
          String.format(
              Locale.ROOT,
              "%n  %s (%,d %s, %,d bytes)",
              one.name(),
              one.files(),
              one.files() == 1 ? "file" : "files",
              one.bytes()));
    }
    for (Finding finding : findings) {
      text.append(
          String.format(
              Locale.ROOT,
              "%n%s: %s",
              switch (finding.policy()) {
                case REFUSE -> "refused";
                case LEAVE_OUT -> "left out";
                default -> "note";
              },
              finding.text()));
    }
    return text.toString();
  }
}
