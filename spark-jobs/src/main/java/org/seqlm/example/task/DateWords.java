package org.seqlm.example.task;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;

/**
 * A date in English words, in one of several styles. Numbers in digits are cut into these, so that
 * no year is a word of its own. Every style names day, month and year in full or by a spelling that
 * no other has.
 */
final class DateWords {
  /** Ways to write a date. */
  enum Style {
    /** the 3rd of March, 1987. */
    THE_ORDINAL_OF,
    /** Tuesday 3 March 1987. */
    WEEKDAY_PLAIN,
    /** March 3rd, nineteen eighty-seven. */
    SPELLED_YEAR,
    /** Tuesday, the third of March, nineteen eighty-seven. */
    SPELLED,
    /** Mar 3, 1987. */
    ABBREVIATED,
    /** on the third day of March 1987. */
    DAY_OF,
    /** 1987, March the 3rd. */
    YEAR_FIRST
  }

  private static final List<String> MONTHS =
      List.of(
          "January",
          "February",
          "March",
          "April",
          "May",
          "June",
          "July",
          "August",
          "September",
          "October",
          "November",
          "December");
  private static final List<String> WEEKDAYS =
      List.of("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday");
  private static final List<String> ORDINALS =
      List.of(
          "first",
          "second",
          "third",
          "fourth",
          "fifth",
          "sixth",
          "seventh",
          "eighth",
          "ninth",
          "tenth",
          "eleventh",
          "twelfth",
          "thirteenth",
          "fourteenth",
          "fifteenth",
          "sixteenth",
          "seventeenth",
          "eighteenth",
          "nineteenth",
          "twentieth");
  private static final List<String> NUMBERS =
      List.of(
          "zero",
          "one",
          "two",
          "three",
          "four",
          "five",
          "six",
          "seven",
          "eight",
          "nine",
          "ten",
          "eleven",
          "twelve",
          "thirteen",
          "fourteen",
          "fifteen",
          "sixteen",
          "seventeen",
          "eighteen",
          "nineteen");
  private static final List<String> TENS =
      List.of("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety");

  private final List<String> words = new ArrayList<>();
  private final LocalDate date;

  private DateWords(LocalDate date) {
    this.date = date;
  }

  /**
   * The words, punctuation marks and digits of a date.
   *
   * @param date of the years 1900 to 2099
   */
  static List<String> of(LocalDate date, Style style) {
    DateWords text = new DateWords(date);
    switch (style) {
      case THE_ORDINAL_OF -> text.say("the").ordinal().say("of", text.month(), ",").year();
      case WEEKDAY_PLAIN -> text.say(text.weekday()).day().say(text.month()).year();
      case SPELLED_YEAR -> text.say(text.month()).ordinal().say(",").spelledYear();
      case SPELLED ->
          text.say(text.weekday(), ",", "the")
              .spelledOrdinal()
              .say("of", text.month(), ",")
              .spelledYear();
      case ABBREVIATED -> text.say(text.month().substring(0, 3)).day().say(",").year();
      case DAY_OF -> text.say("on", "the").spelledOrdinal().say("day", "of", text.month()).year();
      case YEAR_FIRST -> text.year().say(",", text.month(), "the").ordinal();
    }
    return List.copyOf(text.words);
  }

  private DateWords say(String... more) {
    words.addAll(List.of(more));
    return this;
  }

  private DateWords digits(int number) {
    return say(Integer.toString(number).split(""));
  }

  private String month() {
    return MONTHS.get(date.getMonthValue() - 1);
  }

  private String weekday() {
    return WEEKDAYS.get(date.getDayOfWeek().getValue() - 1);
  }

  private DateWords day() {
    return digits(date.getDayOfMonth());
  }

  private DateWords year() {
    return digits(date.getYear());
  }

  /** "3rd". */
  private DateWords ordinal() {
    int day = date.getDayOfMonth();
    boolean teen = day / 10 == 1;
    String ending =
        switch (teen ? 0 : day % 10) {
          case 1 -> "st";
          case 2 -> "nd";
          case 3 -> "rd";
          default -> "th";
        };
    return day().say(ending);
  }

  /** "twenty-third". */
  private DateWords spelledOrdinal() {
    int day = date.getDayOfMonth();
    if (day <= 20) {
      return say(ORDINALS.get(day - 1));
    }
    if (day == 30) {
      return say("thirtieth");
    }
    return say(TENS.get(day / 10), "-", ORDINALS.get(day % 10 - 1));
  }

  /** "nineteen oh five", "nineteen eighty-seven", "two thousand and five", "twenty twelve". */
  private DateWords spelledYear() {
    int century = date.getYear() / 100;
    int rest = date.getYear() % 100;
    if (century == 20 && rest < 10) {
      say("two", "thousand");
      return rest == 0 ? this : say("and", NUMBERS.get(rest));
    }
    number(century);
    if (rest == 0) {
      return say("hundred");
    }
    return rest < 10 ? say("oh", NUMBERS.get(rest)) : number(rest);
  }

  /** A number of 1 to 99. */
  private DateWords number(int n) {
    if (n < 20) {
      return say(NUMBERS.get(n));
    }
    say(TENS.get(n / 10));
    return n % 10 == 0 ? this : say("-", NUMBERS.get(n % 10));
  }
}
