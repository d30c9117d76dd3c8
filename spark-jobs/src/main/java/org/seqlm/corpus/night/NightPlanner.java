package org.seqlm.corpus.night;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.ToLongFunction;

/**
 * Makes a night's plan: first of a listing, then of what reading the partitions has shown. A
 * function of its arguments alone, so that a night that is started again plans the same.
 */
public final class NightPlanner {
  private static final Comparator<InputPartition> ORDER =
      Comparator.comparing(
              InputPartition::date, Comparator.nullsLast(Comparator.<String>naturalOrder()))
          .thenComparing(InputPartition::name);

  private final NightRules rules;
  private final Map<String, SeenPartition> seen = new HashMap<>();
  private final Map<String, List<SeenPartition>> bySource = new HashMap<>();
  private final LocalDate night;

  /**
   * @param seen all partitions that this night's ancestors have taken, in any order
   * @param night the last date whose text may be taken: yesterday, where a night begins after
   *     midnight
   */
  public NightPlanner(NightRules rules, List<SeenPartition> seen, LocalDate night) {
    this.rules = rules;
    this.night = night;
    for (SeenPartition one : seen) {
      this.seen.put(one.name(), one);
    }
    for (SeenPartition one : this.seen.values()) {
      bySource.computeIfAbsent(InputPartition.source(one.name()), s -> new ArrayList<>()).add(one);
    }
    // The newest first; files, which have no date, by name.
    for (List<SeenPartition> list : bySource.values()) {
      list.sort(
          Comparator.comparing(
                  SeenPartition::date, Comparator.nullsFirst(Comparator.<String>naturalOrder()))
              .thenComparing(SeenPartition::name)
              .reversed());
    }
  }

  /** What has been found, and what of it is left out. */
  private final class Notes {
    private final List<Finding> findings = new ArrayList<>();
    private final Set<String> out = new HashSet<>();

    void add(FindingKind kind, String partition, String format, Object... values) {
      FindingPolicy policy = rules.of(kind);
      if (policy == FindingPolicy.REFUSE || policy == FindingPolicy.LEAVE_OUT) {
        out.add(partition);
      }
      if (policy != FindingPolicy.IGNORE) {
        findings.add(
            new Finding(kind, policy, partition, String.format(Locale.ROOT, format, values)));
      }
    }
  }

  /**
   * Plans of a listing.
   *
   * @param listed in any order
   */
  public NightPlan plan(List<InputPartition> listed) {
    Notes notes = new Notes();
    List<InputPartition> take = new ArrayList<>();
    for (InputPartition one : listed.stream().sorted(ORDER).toList()) {
      SeenPartition before = seen.get(one.name());
      if (before != null) {
        if (before.listing().equals(one.listing())) {
          continue;
        }
        notes.add(
            FindingKind.CHANGED,
            one.name(),
            "%s was taken with %s of %,d bytes and has %s of %,d bytes now%s",
            one.name(),
            files(before.files()),
            before.bytes(),
            files(one.files()),
            one.bytes(),
            before.files() == one.files() && before.bytes() == one.bytes()
                ? ", of other names or lengths"
                : "");
      } else {
        dated(one, notes);
        if (notes.out.contains(one.name())) {
          continue; // another night's: what is odd about it is told then
        }
      }
      if (one.bytes() == 0) {
        notes.add(
            FindingKind.EMPTY,
            one.name(),
            one.files() == 0 ? "%s has no files" : "%s has no bytes",
            one.name());
      } else {
        compare(one.name(), one.bytes(), "bytes", SeenPartition::bytes, notes);
      }
      take.add(one);
    }
    missing(listed, notes);
    return new NightPlan(
        night.toString(),
        take.stream().filter(one -> !notes.out.contains(one.name())).toList(),
        notes.findings);
  }

  /**
   * The same plan, where the night is of a date that has not come with a finding that says so.
   *
   * @param today in UTC; tomorrow has come somewhere
   */
  public NightPlan asOf(NightPlan plan, LocalDate today) {
    if (!night.isAfter(today.plusDays(1))) {
      return plan;
    }
    Notes notes = new Notes();
    notes.add(
        FindingKind.FUTURE,
        "",
        "the night of %s is in the future: today is %s in UTC",
        night,
        today);
    notes.findings.addAll(plan.findings());
    return new NightPlan(plan.night(), plan.take(), notes.findings);
  }

  private void dated(InputPartition one, Notes notes) {
    if (one.date() == null) {
      return;
    }
    String newest = newest(one.source());
    if (LocalDate.parse(one.date()).isAfter(night)) {
      notes.add(
          FindingKind.EARLY,
          one.name(),
          "%s is of a later date than the night of %s",
          one.name(),
          night);
    } else if (newest != null && one.date().compareTo(newest) < 0) {
      notes.add(
          FindingKind.LATE,
          one.name(),
          "%s is late: partitions up to %s have been taken without it",
          one.name(),
          newest);
    }
  }

  /** The newest date that was taken of a source, or null. */
  private String newest(String source) {
    return bySource.getOrDefault(source, List.of()).stream()
        .map(SeenPartition::date)
        .filter(date -> date != null)
        .findFirst()
        .orElse(null);
  }

  private void compare(
      String name, long value, String what, ToLongFunction<SeenPartition> of, Notes notes) {
    long[] last =
        bySource.getOrDefault(InputPartition.source(name), List.of()).stream()
            .filter(one -> !one.name().equals(name) && of.applyAsLong(one) > 0)
            .limit(rules.compareWith())
            .mapToLong(of)
            .sorted()
            .toArray();
    if (last.length < 3) {
      return;
    }
    double median = (last[(last.length - 1) / 2] + last[last.length / 2]) / 2.0;
    double share = value / median;
    if (share < rules.leastShare()) {
      notes.add(
          FindingKind.SHRUNKEN,
          name,
          "%s has %,d %s, %.3g of the median of the last %d partitions, less than least-share %s",
          name,
          value,
          what,
          share,
          last.length,
          rules.leastShare());
    } else if (share > rules.mostShare()) {
      notes.add(
          FindingKind.GROWN,
          name,
          "%s has %,d %s, %.3g times the median of the last %d partitions, more than most-share %s",
          name,
          value,
          what,
          share,
          last.length,
          rules.mostShare());
    }
  }

  /** Dates after the newest one taken, or the oldest one listed, without a partition. */
  private void missing(List<InputPartition> listed, Notes notes) {
    Map<String, TreeSet<String>> dates = new TreeMap<>();
    for (InputPartition one : listed) {
      if (one.date() != null) {
        dates.computeIfAbsent(one.source(), source -> new TreeSet<>()).add(one.date());
      }
    }
    for (String source : bySource.keySet()) {
      if (newest(source) != null) {
        dates.computeIfAbsent(source, s -> new TreeSet<>());
      }
    }
    dates.forEach(
        (source, there) -> {
          String newest = newest(source);
          LocalDate day = LocalDate.parse(newest == null ? there.first() : newest).plusDays(1);
          LocalDate from = null;
          for (; !day.isAfter(night.plusDays(1)); day = day.plusDays(1)) {
            boolean gap = !day.isAfter(night) && !there.contains(day.toString());
            if (gap && from == null) {
              from = day;
            } else if (!gap && from != null) {
              LocalDate to = day.minusDays(1);
              notes.add(
                  FindingKind.MISSING,
                  source,
                  "%s has no partition %s=%s%s",
                  source.isEmpty() ? "the input" : source,
                  rules.partitionKey(),
                  from,
                  from.equals(to) ? "" : " to " + to);
              from = null;
            }
          }
        });
  }

  /**
   * Plans again once the partitions have been read.
   *
   * @param plan of the listing
   * @param contents of the partitions that it takes, by name
   * @return the plan, less what has now been found odd, its findings after those of the listing
   */
  public NightPlan afterReading(NightPlan plan, Map<String, PartitionContent> contents) {
    Map<String, String> names = new HashMap<>();
    seen.values().stream()
        .filter(one -> one.content() != null)
        .sorted(Comparator.comparing(SeenPartition::name))
        .forEach(one -> names.putIfAbsent(one.content().fingerprint(), one.name()));
    Notes notes = new Notes();
    for (InputPartition one : plan.take()) {
      PartitionContent content = contents.get(one.name());
      if (content == null) {
        throw new IllegalArgumentException("nothing is known of " + one.name());
      }
      if (content.documents() == 0) {
        notes.add(FindingKind.EMPTY, one.name(), "%s has no documents", one.name());
        continue;
      }
      String other = names.putIfAbsent(content.fingerprint(), one.name());
      if (other != null && !other.equals(one.name())) {
        notes.add(
            FindingKind.DUPLICATE, one.name(), "%s has the same text as %s", one.name(), other);
      }
      compare(
          one.name(),
          content.documents(),
          "documents",
          before -> before.content() == null ? 0 : before.content().documents(),
          notes);
    }
    List<Finding> findings = new ArrayList<>(plan.findings());
    findings.addAll(notes.findings);
    return new NightPlan(
        plan.night(),
        plan.take().stream().filter(one -> !notes.out.contains(one.name())).toList(),
        findings);
  }

  private static String files(long count) {
    return count == 1 ? "1 file" : String.format(Locale.ROOT, "%,d files", count);
  }
}
