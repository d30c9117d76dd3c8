package org.seqlm.task.predict;

import java.util.Arrays;
import org.seqlm.corpus.example.ExampleValue;
import org.seqlm.corpus.example.ParsedExample;
import org.seqlm.corpus.example.RoleColumns;
import org.seqlm.dataset.ExampleTask;

/** A series with one step more, of which nothing is known: what is predicted of it comes next. */
public final class NextStep {
  private NextStep() {}

  /** The series; its new step comes as long after its last as that after the one before. */
  public static ParsedExample after(ParsedExample series) {
    ExampleValue.Numbers values = (ExampleValue.Numbers) series.value(RoleColumns.VALUES);
    int size = values.values().length + values.itemShape().get(0);
    ExampleValue.Numbers longer =
        new ExampleValue.Numbers(
            Arrays.copyOf(values.values(), size),
            Arrays.copyOf(values.observed(), size),
            values.items() + 1,
            values.itemShape());
    ExampleValue times =
        series.value(RoleColumns.TIMES) instanceof ExampleValue.Numbers given
            ? new ExampleValue.Numbers(
                next(given.values()), null, given.items() + 1, given.itemShape())
            : null;
    return new ParsedExample(ExampleTask.SERIES, new ExampleValue[] {longer, times});
  }

  private static float[] next(float[] times) {
    float[] more = Arrays.copyOf(times, times.length + 1);
    float last = times[times.length - 1];
    float step = times.length == 1 ? 1 : last - times[times.length - 2];
    more[times.length] = Math.max(last + step, Math.nextUp(last));
    return more;
  }
}
