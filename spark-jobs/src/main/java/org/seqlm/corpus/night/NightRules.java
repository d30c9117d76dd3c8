package org.seqlm.corpus.night;

import org.seqlm.Problems;

/**
 * What a night does about odd text; a group of a job's configuration.
 *
 * @param partitionKey of folders with a date: {@code dt} for {@code dt=2026-11-29}
 * @param compareWith newest partitions taken before, with whose median a new one is compared; fewer
 *     than 3 say nothing
 * @param leastShare of that median below which a partition is shrunken, 0 to 1
 * @param mostShare of that median above which it has grown, at least 1
 * @param late policy for these, as for the following
 */
public record NightRules(
    String partitionKey,
    int compareWith,
    double leastShare,
    double mostShare,
    FindingPolicy late,
    FindingPolicy early,
    FindingPolicy missing,
    FindingPolicy empty,
    FindingPolicy shrunken,
    FindingPolicy grown,
    FindingPolicy changed,
    FindingPolicy duplicate,
    FindingPolicy future) {
  /** What is lost or suspicious ends the night; what would be trained on twice is left out. */
  public static final NightRules DEFAULT =
      new NightRules(
          "dt",
          14,
          0.5,
          3,
          FindingPolicy.REPORT,
          FindingPolicy.LEAVE_OUT,
          FindingPolicy.REPORT,
          FindingPolicy.REFUSE,
          FindingPolicy.REFUSE,
          FindingPolicy.REPORT,
          FindingPolicy.LEAVE_OUT,
          FindingPolicy.LEAVE_OUT,
          FindingPolicy.REPORT);

  private static final String CHOICES = "give refuse, leave-out, report or ignore";

  public NightRules {
    new Problems()
        .present("night.partition-key", partitionKey, "give the name before =, such as dt")
        .inRange("night.compare-with", compareWith, 3, 1000)
        .inRange("night.least-share", leastShare, 0, 1)
        .inRange("night.most-share", mostShare, 1, 1e9)
        .present("night.late", late, CHOICES)
        .present("night.early", early, CHOICES)
        .present("night.missing", missing, "give refuse, report or ignore")
        .require(
            missing != FindingPolicy.LEAVE_OUT,
            "night.missing must be refuse, report or ignore, but is leave-out: nothing is there to"
                + " leave out")
        .present("night.empty", empty, CHOICES)
        .present("night.shrunken", shrunken, CHOICES)
        .present("night.grown", grown, CHOICES)
        .present("night.changed", changed, CHOICES)
        .present("night.duplicate", duplicate, CHOICES)
        .present("night.future", future, "give refuse, report or ignore")
        .require(
            future != FindingPolicy.LEAVE_OUT,
            "night.future must be refuse, report or ignore, but is leave-out: it is the night"
                + " itself that is of a date that has not come")
        .throwIfAny();
  }

  /** What is done about a kind of finding. */
  public FindingPolicy of(FindingKind kind) {
    return switch (kind) {
      case LATE -> late;
      case EARLY -> early;
      case MISSING -> missing;
      case EMPTY -> empty;
      case SHRUNKEN -> shrunken;
      case GROWN -> grown;
      case CHANGED -> changed;
      case DUPLICATE -> duplicate;
      case FUTURE -> future;
    };
  }
}
