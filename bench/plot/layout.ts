// SPDX-License-Identifier: MIT
/**
 * Measures of a picture in its own units. It is shown between 340 and 560 pixels wide, so that a unit is between 0.75 and
 * 1.25 pixels and its text stays readable on a phone.
 */
export const WIDTH = 450
export const FONT_SIZE = 12

/** Around the area of the data: room for the labels of the ticks and the axes. */
export const MARGIN = { left: 58, right: 22, top: 10, bottom: 42 }

/** Height of the area of the data, without ticks, labels and legend. */
export const AREA_HEIGHT = 230

/** The rectangle in which the data is drawn. */
export interface Area {
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}
