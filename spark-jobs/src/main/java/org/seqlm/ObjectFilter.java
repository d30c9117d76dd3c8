package org.seqlm;

import java.io.ObjectInputFilter;

/**
 * What Java's own serialisation makes of no bytes in a process of ours: the known chains of classes
 * that run what a stream says. Spark talks to its executors with it, and libraries of others read
 * files with it; SeqLM reads none. A filter that somebody set, by {@code jdk.serialFilter}, stands.
 */
public final class ObjectFilter {
  /** As {@code conf/overlays/secure.conf} gives it to executors. */
  public static final String PATTERN =
      String.join(
          ";",
          "!org.apache.commons.collections.functors.*",
          "!org.apache.commons.collections4.functors.*",
          "!org.apache.commons.beanutils.*",
          "!org.codehaus.groovy.runtime.*",
          "!com.sun.org.apache.xalan.**",
          "!org.apache.xalan.**",
          "!com.sun.rowset.*",
          "!com.mchange.v2.c3p0.**",
          "!org.springframework.**",
          "!org.hibernate.**",
          "!com.rometools.**",
          "!com.zaxxer.hikari.**",
          "!javax.management.**",
          "!java.rmi.**",
          "!sun.rmi.**",
          "!javax.naming.**");

  private ObjectFilter() {}

  /** Sets it for all streams of this process that are opened from now on. */
  public static void install() {
    if (ObjectInputFilter.Config.getSerialFilter() == null) {
      ObjectInputFilter.Config.setSerialFilter(ObjectInputFilter.Config.createFilter(PATTERN));
    }
  }
}
