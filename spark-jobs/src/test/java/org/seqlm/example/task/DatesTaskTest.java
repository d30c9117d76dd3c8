package org.seqlm.example.task;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DatesTaskTest {
  private static String words(String date, DateWords.Style style) {
    return String.join(" ", DateWords.of(LocalDate.parse(date), style));
  }

  @Test
  void stylesByHand() {
    assertThat(words("1987-03-03", DateWords.Style.THE_ORDINAL_OF))
        .isEqualTo("the 3 rd of March , 1 9 8 7");
    assertThat(words("1987-03-03", DateWords.Style.WEEKDAY_PLAIN))
        .isEqualTo("Tuesday 3 March 1 9 8 7");
    assertThat(words("1987-03-21", DateWords.Style.SPELLED_YEAR))
        .isEqualTo("March 2 1 st , nineteen eighty - seven");
    assertThat(words("2024-02-29", DateWords.Style.SPELLED))
        .isEqualTo("Thursday , the twenty - ninth of February , twenty twenty - four");
    assertThat(words("2005-05-12", DateWords.Style.SPELLED))
        .isEqualTo("Thursday , the twelfth of May , two thousand and five");
    assertThat(words("1900-01-30", DateWords.Style.SPELLED))
        .isEqualTo("Tuesday , the thirtieth of January , nineteen hundred");
    assertThat(words("2000-01-01", DateWords.Style.SPELLED_YEAR))
        .isEqualTo("January 1 st , two thousand");
    assertThat(words("1907-06-13", DateWords.Style.SPELLED_YEAR))
        .isEqualTo("June 1 3 th , nineteen oh seven");
    assertThat(words("2010-11-22", DateWords.Style.SPELLED_YEAR))
        .isEqualTo("November 2 2 nd , twenty ten");
    assertThat(words("2010-11-02", DateWords.Style.ABBREVIATED)).isEqualTo("Nov 2 , 2 0 1 0");
    assertThat(words("1999-12-31", DateWords.Style.DAY_OF))
        .isEqualTo("on the thirty - first day of December 1 9 9 9");
    assertThat(words("1987-03-11", DateWords.Style.YEAR_FIRST))
        .isEqualTo("1 9 8 7 , March the 1 1 th");
  }

  /** The floor is 1: no words stand for two dates. */
  @Test
  void wordsNameOneDate() {
    Map<List<String>, LocalDate> dates = new HashMap<>();
    for (int year : List.of(1900, 1909, 1910, 1990, 1999, 2000, 2001, 2010, 2020, 2090)) {
      LocalDate date = LocalDate.of(year, 1, 1);
      while (date.getYear() == year) {
        for (DateWords.Style style : DateWords.Style.values()) {
          LocalDate other = dates.put(DateWords.of(date, style), date);
          assertThat(other).as("%s as %s", date, style).isNull();
        }
        date = date.plusDays(1);
      }
    }
    // And so every year: spelled or in digits, 200 differ.
    Set<List<String>> years = new HashSet<>();
    for (int year = 1900; year < 2100; year++) {
      years.add(DateWords.of(LocalDate.of(year, 7, 4), DateWords.Style.SPELLED_YEAR));
    }
    assertThat(years).hasSize(200);
  }

  /** By Zeller's congruence (1886), which knows no calendar of Java's: 0 is Saturday. */
  @Test
  void weekdaysAreRight() {
    List<String> names =
        List.of("Saturday", "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday");
    int seen = 0;
    for (DatesTask.Dated example : Drawn.of(new DatesTask(), 5, TaskSplit.TRAIN, 700)) {
      if (!names.contains(example.source().get(0))) {
        continue;
      }
      String iso = String.join("", example.target());
      int year = Integer.parseInt(iso.substring(0, 4));
      int month = Integer.parseInt(iso.substring(5, 7));
      int day = Integer.parseInt(iso.substring(8));
      int y = month < 3 ? year - 1 : year;
      int m = month < 3 ? month + 12 : month;
      int weekday = (day + 13 * (m + 1) / 5 + y % 100 + y % 100 / 4 + century(y)) % 7;
      assertThat(example.source().get(0)).as(iso).isEqualTo(names.get(weekday));
      seen++;
    }
    assertThat(seen).isGreaterThan(100);
  }

  private static int century(int year) {
    int century = year / 100;
    return century / 4 + 5 * century;
  }

  @Test
  void noDateIsInTwoSplits() {
    Map<List<String>, TaskSplit> splits = new HashMap<>();
    Map<TaskSplit, Integer> drawn = new HashMap<>();
    for (TaskSplit split : TaskSplit.values()) {
      for (DatesTask.Dated example : Drawn.of(new DatesTask(), 1, split, 3000)) {
        TaskSplit other = splits.put(example.target(), split);
        assertThat(other == null || other == split).as("%s", example.target()).isTrue();
      }
    }
    // By the rule itself every day has one split, of about 8 : 1 : 1.
    for (LocalDate d = DatesTask.FIRST; !d.isAfter(DatesTask.LAST); d = d.plusDays(7)) {
      drawn.merge(DatesTask.split(1, d), 1, Integer::sum);
    }
    assertThat(drawn.get(TaskSplit.TEST) / 10_436.0).isBetween(0.08, 0.12);
    assertThat(drawn.get(TaskSplit.VALID) / 10_436.0).isBetween(0.08, 0.12);
  }
}
