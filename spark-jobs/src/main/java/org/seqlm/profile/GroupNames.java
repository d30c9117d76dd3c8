package org.seqlm.profile;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which groups of a text are told apart, and where they lie on an axis: dates and numbers have
 * places, other names an order only.
 */
public final class GroupNames {
  /** Where groups lie. */
  public enum Axis {
    /** All names are dates; a place is a day since 1970. */
    DATES,
    /** All names are numbers. */
    NUMBERS,
    /** Names have no places. */
    NONE
  }

  private final List<String> names;
  private final Axis axis;
  private final Map<String, Integer> codes = new HashMap<>();

  private GroupNames(List<String> names, Axis axis) {
    this.names = names;
    this.axis = axis;
    for (String name : names) {
      codes.put(name, codes.size());
    }
  }

  /**
   * Puts groups into their order.
   *
   * @param told as {@link GroupSums#told} has them
   */
  public static GroupNames of(List<CorpusProfile.Group> told) {
    List<String> names =
        new ArrayList<>(
            told.stream()
                .map(CorpusProfile.Group::name)
                .filter(name -> !name.equals(CorpusProfile.Group.OTHER))
                .toList());
    Axis axis = axis(names);
    Comparator<String> order =
        axis == Axis.NONE
            ? Comparator.naturalOrder()
            : Comparator.<String>comparingDouble(name -> place(name, axis))
                .thenComparing(Comparator.naturalOrder());
    names.sort(order);
    if (names.size() < told.size()) {
      names.add(CorpusProfile.Group.OTHER);
    }
    return new GroupNames(List.copyOf(names), axis);
  }

  private static Axis axis(List<String> names) {
    List<String> real =
        names.stream().filter(name -> !name.equals(CorpusProfile.Group.NONE)).toList();
    for (Axis axis : List.of(Axis.DATES, Axis.NUMBERS)) {
      if (!real.isEmpty() && real.stream().noneMatch(name -> Double.isNaN(place(name, axis)))) {
        return axis;
      }
    }
    return Axis.NONE;
  }

  private static double place(String name, Axis axis) {
    try {
      return axis == Axis.DATES
          ? LocalDate.parse(name).toEpochDay()
          : name.matches("[-+]?[0-9]{1,15}(\\.[0-9]{1,9})?")
              ? Double.parseDouble(name)
              : Double.NaN;
    } catch (DateTimeException e) {
      return Double.NaN;
    }
  }

  /** The names, in their order. */
  public List<String> names() {
    return names;
  }

  /** Where they lie. */
  public Axis axis() {
    return axis;
  }

  /**
   * Their places.
   *
   * @return null where they have none; not a number for groups that have no part in trends
   */
  public double[] places() {
    return axis == Axis.NONE
        ? null
        : names.stream().mapToDouble(name -> place(name, axis)).toArray();
  }

  /** The place of a name among them, that of {@link CorpusProfile.Group#OTHER} for others. */
  public int code(String name) {
    return codes.getOrDefault(name, names.size() - 1);
  }

  /**
   * The same of several names.
   *
   * @param names of the groups, in their order
   */
  public static int[] codes(String[] names, String... of) {
    Map<String, Integer> codes = new HashMap<>();
    for (String name : names) {
      codes.put(name, codes.size());
    }
    return Arrays.stream(of).mapToInt(name -> codes.getOrDefault(name, names.length - 1)).toArray();
  }
}
