package org.seqlm.corpus.example;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.seqlm.UserException;
import org.seqlm.artifact.Json;
import org.seqlm.dataset.ExampleColumn;
import org.seqlm.dataset.ExampleTask;
import org.seqlm.dataset.ExamplesDetails;
import org.seqlm.text.TextRules;

/**
 * How records become what a trained network is asked. Its examples decided the columns, the labels
 * and how text is cut; nothing is made anew.
 *
 * @param roles which column has which role
 * @param columns that the network has
 * @param text how text becomes tokens; null where none was cut
 * @param texts columns that were cut from text
 * @param labels of each column of labels
 * @param items that {@code values} must have; 0 for any number
 * @param kept fields that are kept beside what is predicted
 * @param model as a message names it
 */
public record AskedRules(
    RoleColumns roles,
    List<ExampleColumn> columns,
    TextRules text,
    List<String> texts,
    Map<String, List<String>> labels,
    int items,
    List<String> kept,
    String model)
    implements ExampleMaker.Factory {
  private static final long serialVersionUID = 1L;

  /**
   * The rules of a network's examples.
   *
   * @param names of columns that are not called like their roles
   * @param items that {@code values} must have; 0 for any number
   * @throws UserException with exit code 2 if the network has no such role
   */
  public static AskedRules of(
      ExamplesDetails details,
      Map<String, String> names,
      int items,
      List<String> kept,
      String model) {
    ExampleTask task = details.task();
    TreeSet<String> known = new TreeSet<>();
    details.columns().forEach(column -> known.add(column.name()));
    known.remove(RoleColumns.OBSERVED);
    if (task == ExampleTask.GRID || task == ExampleTask.FRAMES) {
      known.add(RoleColumns.SHAPE);
    }
    Map<String, String> all = new TreeMap<>(names);
    for (String role : names.keySet()) {
      if (!known.contains(role)) {
        throw UserException.configuration(
            "examples.columns: "
                + model
                + ", which is of the task "
                + Json.name(task)
                + ", has no column "
                + role
                + ": its columns are "
                + String.join(", ", known));
      }
    }
    // Of a source and a condition the network has one, and no record need say which.
    for (String one : List.of(RoleColumns.SOURCE, RoleColumns.CONDITION)) {
      if (known.contains(one)) {
        all.putIfAbsent(one, one);
      }
    }
    return new AskedRules(
        new RoleColumns(task, all),
        new ArrayList<>(details.columns()),
        details.rules(),
        new ArrayList<>(details.texts()),
        new TreeMap<>(details.labels()),
        items,
        new ArrayList<>(kept),
        model);
  }

  /** The role of what a network of a task is to say; null where it stands in what it reads. */
  public static String told(ExampleTask task) {
    return switch (task) {
      case CLASSIFY, GRID, FRAMES -> RoleColumns.LABEL;
      case TAG -> RoleColumns.TAGS;
      case SEQUENCE -> RoleColumns.TARGET;
      case SERIES -> null;
    };
  }

  /** The labels that a network of examples is to say, in the order of their ids; none of others. */
  public static List<String> said(ExamplesDetails details) {
    String role = told(details.task());
    return role == null ? List.of() : details.labels().getOrDefault(role, List.of());
  }

  /** The column of a role; null if the network has none. */
  ExampleColumn column(String role) {
    return columns.stream().filter(one -> one.name().equals(role)).findFirst().orElse(null);
  }

  @Override
  public ExampleMaker maker() {
    return new AskedExamples(this);
  }
}
