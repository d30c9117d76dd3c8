package org.seqlm.kernels;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;

/**
 * The environment as native libraries of this process see it. Java's own view of it, {@link
 * System#getenv}, is a copy from when the process began.
 *
 * <p>On Linux C programs find it through one pointer, {@code environ} (POSIX.1-2017, 8.1), to an
 * array of {@code NAME=value}. It is changed as {@code setenv} does it: with a new array, in one
 * store, the old one left to whoever still reads it. Text is taken for UTF-8, whatever the locale;
 * what is not set here keeps its bytes.
 */
final class ProcessEnvironment {
  /** What the new arrays are made of: theirs for as long as the process lives. */
  private static final List<Pointer> KEPT = new ArrayList<>();

  private ProcessEnvironment() {}

  /** Whether it can be read and changed here. */
  static boolean isReachable() {
    return Loader.getPlatform().startsWith("linux-") && variable() != null;
  }

  /** Address of {@code environ}, or null. */
  private static PointerPointer<Pointer> variable() {
    Pointer symbol = NativeLibraries.symbol("environ");
    return symbol == null ? null : new PointerPointer<>(symbol);
  }

  /** All of it; Java's copy where it is not reachable. */
  static synchronized Map<String, String> all() {
    if (!isReachable()) {
      return System.getenv();
    }
    Map<String, String> values = new LinkedHashMap<>();
    for (BytePointer entry : entries(variable())) {
      String text = entry.getString(StandardCharsets.UTF_8);
      int equals = text.indexOf('=');
      if (equals > 0) {
        // As getenv: the first of a name counts.
        values.putIfAbsent(text.substring(0, equals), text.substring(equals + 1));
      }
    }
    return values;
  }

  /** Sets variables; an empty value removes one. */
  static synchronized void set(Map<String, String> values) {
    PointerPointer<Pointer> variable = variable();
    List<Pointer> entries = new ArrayList<>();
    for (BytePointer entry : entries(variable)) {
      String text = entry.getString(StandardCharsets.UTF_8);
      int equals = text.indexOf('=');
      if (equals < 0 || !values.containsKey(text.substring(0, equals))) {
        entries.add(entry);
      }
    }
    values.forEach(
        (name, value) -> {
          if (!value.isEmpty()) {
            entries.add(kept(new BytePointer(name + "=" + value, StandardCharsets.UTF_8)));
          }
        });
    PointerPointer<Pointer> array = kept(new PointerPointer<>(entries.size() + 1L));
    for (int i = 0; i < entries.size(); i++) {
      array.put(i, entries.get(i));
    }
    array.put(entries.size(), (Pointer) null);
    variable.put(0, array);
  }

  /** Out of reach of the caller's {@code PointerScope}, and of the garbage collector. */
  private static <P extends Pointer> P kept(P pointer) {
    KEPT.add(pointer.retainReference());
    return pointer;
  }

  private static List<BytePointer> entries(PointerPointer<Pointer> variable) {
    List<BytePointer> entries = new ArrayList<>();
    Pointer array = variable.get(0);
    if (array == null || array.isNull()) {
      return entries;
    }
    PointerPointer<BytePointer> all = new PointerPointer<>(array);
    for (long i = 0; ; i++) {
      BytePointer entry = all.get(BytePointer.class, i);
      if (entry == null || entry.isNull()) {
        return entries;
      }
      entries.add(entry);
    }
  }
}
