/**
 * The trading screen in a real browser against a whole platform: what a person sees and does, each
 * outcome compared with what the API says.
 *
 * <p>Holds the browser ({@link io.tola.systemtests.ui.Browser}), the screen as a person names its
 * parts ({@link io.tola.systemtests.ui.Screen}) and the tests. Rules of trading are proven in {@code
 * http}, not here. Without Chromium on the machine these tests skip with one line, which CI refuses.
 */
package io.tola.systemtests.ui;
