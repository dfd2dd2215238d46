import ms from 'ms'

export const greeting = (time: number) => `hello after ${ms(time)}`
