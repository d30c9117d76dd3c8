package org.seqlm.corpus.example;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.seqlm.Problems;
import org.seqlm.artifact.Json;
import org.seqlm.dataset.ExampleTask;

/**
 * Which column of people's data has which role of a task.
 *
 * @param task what is to be learned
 * @param names the column of each role that is not called like it; the role {@code split} may be
 *     among them
 */
public record RoleColumns(ExampleTask task, Map<String, String> names) implements Serializable {
  private static final long serialVersionUID = 1L;

  /** The role of the column that says of which split an example is. */
  public static final String SPLIT = "split";

  /** What a network reads, or is told. */
  public static final String INPUT = "input";

  public static final String SOURCE = "source";
  public static final String CONDITION = "condition";
  public static final String VALUES = "values";
  public static final String TIMES = "times";

  /** Of values, lengths of their axes. */
  public static final String SHAPE = "shape";

  /** What a network is to say. */
  public static final String LABEL = "label";

  public static final String TAGS = "tags";
  public static final String TARGET = "target";

  /** Which values are there; made, not read. */
  public static final String OBSERVED = "observed";

  public RoleColumns {
    new Problems()
        .present(
            "examples.task", task, "give --task classify, tag, sequence, grid, frames or series")
        .throwIfAny();
    names = new TreeMap<>(names);
    Problems problems = new Problems();
    Set<String> known = new TreeSet<>(fields(task));
    known.add(SPLIT);
    for (Map.Entry<String, String> name : names.entrySet()) {
      problems
          .require(
              known.contains(name.getKey()),
              "examples.columns: the task "
                  + Json.name(task)
                  + " has no role "
                  + name.getKey()
                  + ": its roles are "
                  + String.join(", ", known))
          .present(
              "examples.columns." + name.getKey(),
              name.getValue(),
              "give the name of a column, --columns " + name.getKey() + "=NAME");
    }
    problems.throwIfAny();
    new Problems()
        .require(
            !names.containsKey(SOURCE) || !names.containsKey(CONDITION),
            "examples.columns: a target is written of a source or of a condition: give one of them")
        .require(
            new TreeSet<>(names.values()).size() == names.size(),
            "examples.columns: two roles have the same column: give each its own")
        .throwIfAny();
  }

  /** Roles of records, in the order in which examples keep their values, the shape beside it. */
  private static List<String> fields(ExampleTask task) {
    List<String> fields = new ArrayList<>(roles(task));
    if (task == ExampleTask.GRID || task == ExampleTask.FRAMES) {
      fields.add(SHAPE);
    }
    return fields;
  }

  /** Roles that examples keep values of: first what a network reads, then what it is to say. */
  public static List<String> roles(ExampleTask task) {
    return switch (task) {
      case CLASSIFY -> List.of(INPUT, LABEL);
      case TAG -> List.of(INPUT, TAGS);
      case SEQUENCE -> List.of(SOURCE, CONDITION, TARGET);
      case GRID, FRAMES -> List.of(VALUES, LABEL);
      case SERIES -> List.of(VALUES, TIMES);
    };
  }

  /** The column of a role. */
  public String name(String role) {
    return names.getOrDefault(role, role);
  }

  /** A role's column in a message. */
  public String shown(String role) {
    String name = name(role);
    return name.equals(role) ? "column " + role : "column " + name + " (" + role + ")";
  }

  /** Whether records say themselves of which split they are. */
  public boolean hasSplit() {
    return names.containsKey(SPLIT);
  }

  /** Whether a role is looked for: of a source and a condition the one that is named alone. */
  boolean reads(String role) {
    return !(role.equals(SOURCE) && names.containsKey(CONDITION))
        && !(role.equals(CONDITION) && names.containsKey(SOURCE));
  }

  /** The columns that are wanted of a row. */
  public Set<String> columns() {
    Set<String> columns = new TreeSet<>();
    for (String role : fields(task)) {
      if (reads(role)) {
        columns.add(name(role));
      }
    }
    if (hasSplit()) {
      columns.add(name(SPLIT));
    }
    return columns;
  }
}
