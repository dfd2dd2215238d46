export const hi = () => "hi from shared"
