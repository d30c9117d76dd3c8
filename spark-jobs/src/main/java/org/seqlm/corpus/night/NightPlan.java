package org.seqlm.corpus.night;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.seqlm.UserException;
import org.seqlm.corpus.night.Finding.Done;

/**
 * What a night takes.
 *
 * @param night the last date whose text it may take, {@code YYYY-MM-DD}
 * @param take partitions by date and name; those without a date last
 * @param findings but those that are to be ignored, in the order of the partitions
 */
public record NightPlan(String night, List<InputPartition> take, List<Finding> findings) {
  public NightPlan {
    List<InputPartition> taken = List.copyOf(take);
    take = taken;
    findings = findings.stream().map(finding -> finding.in(taken)).toList();
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
    List<Finding> refused =
        findings.stream().filter(finding -> finding.done() == Done.REFUSED).toList();
    if (!refused.isEmpty()) {
      throw UserException.data(
          "the night of "
              + night
              + " is refused: "
              + refused.stream()
                  .map(finding -> finding.text() + " (" + finding.kind().key() + " is refuse)")
                  .collect(Collectors.joining("; "))
              + ": "
              + remedy(refused.stream().map(Finding::kind).distinct().toList()));
    }
    return this;
  }

  private static String remedy(List<FindingKind> kinds) {
    boolean date = kinds.equals(List.of(FindingKind.FUTURE));
    return (date
            ? "give the date that is meant (--night)"
            : "mend the text and start the night again")
        + ", or set "
        + kinds.stream().map(FindingKind::key).collect(Collectors.joining(" and "))
        + (kinds.stream().allMatch(FindingKind::isOfPartition)
            ? " to leave-out, to go on without it, or to report, to take it all the same"
            : " to report, to go on all the same");
  }

  /** What is odd, a sentence each, which ends with what was done about it. */
  public List<String> odd() {
    return findings.stream().filter(one -> one.done() != Done.WAITS).map(Finding::told).toList();
  }

  /** How many partitions are of later dates, and wait. */
  public long waiting() {
    return findings.stream().filter(one -> one.done() == Done.WAITS).count();
  }

  /** What is odd, and then, in one sentence, what waits for its night. */
  public List<String> told() {
    List<String> told = new ArrayList<>(odd());
    List<String> waiting =
        findings.stream().filter(one -> one.done() == Done.WAITS).map(Finding::partition).toList();
    if (waiting.size() == 1) {
      told.add(waiting.get(0) + " is of a later date, and waits for its night");
    } else if (!waiting.isEmpty()) {
      told.add(
          String.format(
              Locale.ROOT,
              "%,d partitions are of later dates, and wait for their nights: %s to %s",
              waiting.size(),
              waiting.get(0),
              waiting.get(waiting.size() - 1)));
    }
    return told;
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
    told().forEach(one -> text.append(String.format(Locale.ROOT, "%nnote: %s", one)));
    return text.toString();
  }
}
