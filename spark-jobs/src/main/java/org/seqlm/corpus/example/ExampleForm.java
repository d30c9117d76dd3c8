package org.seqlm.corpus.example;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.seqlm.dataset.ExampleColumn;
import org.seqlm.dataset.ExampleTask;

/**
 * What all examples have in common: of each role the kind of its values and the shape of an item,
 * as the first example has them.
 */
public final class ExampleForm implements Serializable {
  private static final long serialVersionUID = 1L;

  private final ExampleTask task;
  private final String where;
  private final TreeMap<String, String> forms = new TreeMap<>();
  private final ArrayList<ExampleColumn> columns = new ArrayList<>();
  private final ArrayList<String> texts = new ArrayList<>();

  /**
   * @param first example
   * @param where it stands, for messages
   */
  public ExampleForm(ExampleTask task, ParsedExample first, String where) {
    this.task = task;
    this.where = where;
    for (String role : RoleColumns.roles(task)) {
      ExampleValue value = first.value(role);
      if (value != null) {
        forms.put(role, value.form());
        if (value instanceof ExampleValue.Words words && words.cut()) {
          texts.add(role);
        }
        addColumn(role, value);
      }
    }
  }

  private void addColumn(String role, ExampleValue value) {
    if (value instanceof ExampleValue.Words) {
      columns.add(ExampleColumn.ids(role));
    } else if (value instanceof ExampleValue.Name) {
      columns.add(ExampleColumn.label(role));
    } else {
      List<Integer> shape = ((ExampleValue.Numbers) value).itemShape();
      boolean one = role.equals(RoleColumns.CONDITION) || task == ExampleTask.GRID;
      ExampleColumn column =
          one ? ExampleColumn.floats(role, shape) : ExampleColumn.raggedFloats(role, shape);
      columns.add(column);
      if (((ExampleValue.Numbers) value).observed() != null) {
        columns.add(ExampleColumn.mask(RoleColumns.OBSERVED, column));
      }
    }
  }

  /** The columns of blocks. */
  public List<ExampleColumn> columns() {
    return List.copyOf(columns);
  }

  /** The columns whose values a tokenizer cut from text. */
  public List<String> texts() {
    return List.copyOf(texts);
  }

  /**
   * Checks that an example is like the first.
   *
   * @param names of the roles' columns
   * @throws BadExampleException if it is not
   */
  public void check(ParsedExample example, RoleColumns names) throws BadExampleException {
    for (String role : RoleColumns.roles(task)) {
      ExampleValue value = example.value(role);
      String form = value == null ? "nothing" : value.form();
      String wanted = forms.getOrDefault(role, "nothing");
      if (!form.equals(wanted)) {
        throw new BadExampleException(
            ExampleProblem.OTHER_SHAPE,
            names.shown(role)
                + " has "
                + form
                + ", but "
                + wanted
                + " in the first example, "
                + where
                + ": make all alike");
      }
    }
  }
}
